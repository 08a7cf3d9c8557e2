/**
 * What text looks like in each language: names, places and headers, all of them with letters that ASCII lacks. Which
 * letters a language has, how often, and beside which others they stand is counted from these words (`encoding-model.ts`).
 *
 * To make a language better known, add ordinary words to it; only their letters and neighbours matter.
 */

const split = (text: string): readonly string[] => text.trim().split(/\s+/);

export type Language = keyof typeof WORDS;

export const WORDS = {
  german: split(`
    müller schäfer köhler krüger böhm günther jürgen jörg björn käthe bärbel schröder schütz grün groß weiß straße größe
    köln münchen düsseldorf nürnberg würzburg österreich zürich lübeck göttingen tübingen saarbrücken osnabrück mönchengladbach
    geschäft geschäftsführer straßenname länder ländercode übersicht ähnlich größer öffentlich schlüssel prüfung währung
    rückmeldung fußnote maßnahme gäste höhe früh später zusätzlich beträge löschen ändern führer bäcker fräulein söhne
    könig jäger förster stöhr lüders grünwald löwe völker kühn rößler heß preuß äußere überweisung ärzte öl ämter
    möbel küche geländer vögel dörfer gemäß gültig für über höfer bürger händler käufer verkäufer empfänger schließlich
    gebäude stück glück zurück nächste häuser träger schwäbisch fürth böblingen mülheim wörth plön görlitz`),
  french: split(`
    prénom société téléphone numéro adresse électronique pays région département référence créé clôturé dépôt
    andré rené françois françoise hélène rémi rémy céline jérôme gérard frédéric stéphane geneviève thérèse léa zoé chloé
    lefèvre lemaître béranger gérard étienne élodie éric étude évreux orléans nîmes besançon béziers angoulême saint-étienne
    genève neuchâtel château forêt île-de-france rhône alpes provençal garçon façade reçu façon français très après où à
    là déjà côté hôtel hôpital même être fête tête noël joël raphaël naïve haïti maïs cœur sœur œuvre bœuf août sûr goût
    bibliothèque crèche boulangère première dernière activité société qualité modifié ajouté été café marché père mère
    fabrice-légé aurélie mélanie sébastien benoît lefébure bélanger côtes gaëtan loïc anaïs`),
  spanish: split(`
    garcía martínez gonzález rodríguez fernández lópez sánchez pérez gómez jiménez díaz hernández muñoz núñez ibáñez peña
    josé maría jesús ángel álvaro óscar íñigo andrés mónica verónica sofía lucía begoña compañía teléfono dirección población
    código país número año español españa málaga cádiz córdoba león almería logroño coruña ávila cáceres jaén méxico perú
    bogotá panamá medellín razón electrónico categoría observación días niño mañana señor señora pequeño más aquí está
    también último médico fábrica almacén calefacción construcción instalación gestión asociación ramírez velázquez águeda`),
  portuguese: split(`
    joão são conceição sebastião simão assunção gonçalves gonçalo araújo magalhães guimarães simões antónio antônio mário
    lúcia patrícia inês josé luís endereço país código município população região situação observação telefónico português
    brasília goiânia florianópolis maranhão paraná ceará pará piauí évora setúbal açores águeda lourenço mendonça
    não também três mês você avó avô pão mão irmã irmão manhã ação ações informações serviço serviços comércio indústria
    razão social número média história câmara vitória verônica mônica ângela falcão leitão brandão galvão`),
  italian: split(`
    società città località attività qualità nicolò niccolò forlì cantù libertà proprietà quantità è perché così più già però
    nazionalità università unità autorità novità martedì lunedì venerdì metà sarà farà priorità mobilità salò mondovì
    comunità identità sanità età papà caffè menù virtù tribù gesù josé`),
  northern: split(`
    møller jørgensen sørensen kjær østergaard nørgaard søndergaard bjørn jørn søren kåre pål tromsø ålesund århus aarhus
    københavn helsingør rønne næstved køge bodø hønefoss røros æble brødrene vedhæft træ møbler gæst nøgle forår gård
    åström öberg sjöberg björk lindström bergström nyström åkesson mårtensson månsson söderberg västerås göteborg malmö
    örebro linköping jönköping gävle umeå luleå åre växjö skövde norrköping företag förnamn räkning månad år från på är även
    hämäläinen mäkinen väisänen pöyry jyväskylä hämeenlinna seinäjoki päivämäärä yhteyshenkilö sähköposti käyttäjä lähetys
    jónsson guðmundsson sigurðsson þórsson þóra björk reykjavík kópavogur akureyri ísafjörður sími heimilisfang fyrirtæki
    før også først når både lørdag søndag hjørring læge bæk væ færdig hjælp fødselsdag kørsel ændret størrelse`),
  dutch: split(`
    coördinator geïnteresseerd zoë daniël joël raphaël michaël israël belgië italië patiënt ideeën geïnd reünie financiën
    coöperatie knieën officiële commerciële één vóór privé café industriële brabançonne geïmporteerd`),
  english: split(
    `café o’brien o’neill joe’s women’s men’s résumé naïve façade beyoncé zoë chloé rené children’s you’re don’t brontë`,
  ),
  polish: split(`
    łódź kraków gdańsk wrocław poznań białystok częstochowa rzeszów toruń zielona-góra elbląg płock wałbrzych włocławek
    wiśniewski wójcik kowalczyk kamiński lewandowski zieliński szymański woźniak dąbrowski kozłowski jabłoński majewska
    król wróbel zając pawłowski michał paweł łukasz małgorzata elżbieta stanisław władysław bożena grażyna józef świętej
    imię ulica województwo społka spółka usługi przedsiębiorstwo właściciel żółty źródło część miesiąc dzień północ środa
    nazwisko-imię świat święta wąski pięć dziękuję róża górny księgowość sprzedaż gąska łąka żona ćwiklińska`),
  czech: split(`
    novák dvořák černý procházka kučera veselý horák němec pokorný marešová růžička beneš fiala sedláček doležal zeman kolář
    krejčí navrátil čermák vaněk blažek kříž jiří tomáš lukáš ondřej matěj františek božena libuše zdeněk růžena alžběta
    plzeň brno české-budějovice olomouc ústí hradec-králové pardubice zlín kladno liberec děčín přerov třebíč znojmo příbram
    příjmení jméno město ulice země společnost číslo účet zákazník poštovní směrovací datum-narození úřad říjen září květen
    červenec žluťoučký kůň úpěl ďábelské nejvyšší výroba služba ředitel prodej týden šťastný řezník`),
  slovak: split(`
    kováč horváth varga tóth nagyová baláž molnár lukáč hudák žilina košice prešov nitra trenčín trnava poprad zvolen levoča
    ľubomír ľubica štefan ján jozefína meno priezvisko spoločnosť číslo mesto krajina účtovníctvo dôležité môže kôň stôl
    ľudovít žiaľ ťažký ďakujem päť mäso súčasť veľký dĺžka vŕba obchodný zákazník štúr šťastie bratislavský`),
  hungarian: split(`
    szabó horváth kovács tóth nagyné kiss molnár németh farkas balogh papp lakatos takács juhász mészáros oláh fehér
    győr pécs székesfehérvár szombathely érd kecskemét nyíregyháza hódmezővásárhely dunaújváros sopron gödöllő esztergom
    lászló józsef zoltán sándor jános ferencné gábor erzsébet ágnes éva katalin györgy jenő ernő köszönöm cégnév vevő
    vezetéknév keresztnév irányítószám település ország számla üzlet szövetség könyvelő időszak művelet fűtő kőműves erdő
    sűrű nőgyógyász őszi tető újság különböző szőlő körút tér utca-házszám dűlő`),
  southslavic: split(`
    horvatić kovačević babić marić jurić novak vuković marković petrović đorđević đurić šimić žarko željko goran-šarić
    krešimir domagoj ivančić božić tomić pavlović čović zagreb šibenik varaždin karlovac požega čakovec osječka županija
    ljubljana-šiška škofja loka celje krško žalec črnomelj hočevar kovačič zupančič vidmar-štih košir žagar bizjak župan
    društvo podjetje šifra naročnik račun številka pošta država priimek tvrtka općina međimurje đakovo niš čačak užice`),
  romanian: split(`
    bucureşti iaşi timişoara braşov constanţa ploieşti galaţi brăila piteşti bacău târgu-mureş sighişoara alba-iulia
    ionuţ ştefan mădălina cătălin răzvan bogdănescu vasilescu-ţară ţepeş judeţ oraş adresă preţ observaţii număr faţă
    înregistrare împreună român română câmpina câştig sâmbătă mâine societăţi străzii grădină măr şcoală ţăran
    apă bară băiat măr păsări zăpadă sărbătoare cărţi oraşe naţional producţie soluţii servicii şcoală ştiri mâine gândire`),
  turkish: split(`
    yılmaz şahin çelik yıldız yıldırım öztürk aydın özdemir arslan doğan kılıç aslan çetin kara koç kurt özkan şimşek
    ayşe gülşen şükrü çağla oğuz uğur ışık ışıl ibrahim ümit özgür gökhan çağrı istanbul eskişehir diyarbakır balıkesir
    şanlıurfa muğla tekirdağ aydın ağrı çanakkale kırklareli beyoğlu üsküdar kadıköy müşteri soyadı adı şirket ülke şehir
    satış fiyatı sipariş işletme tarihi açıklama vergi-dairesi türkiye sağlık eğitim ürün için olduğu başlık
    dağ yağmur öğrenci öğretmen uğraş ağaç toprağı çığ sığınak kırmızı sarı balıkçı çiçek şeker iş işçi ipek ısparta iğne`),
  baltic: split(`
    kazlauskas jankauskienė petrauskaitė žukauskas šimkus paulauskienė šiauliai panevėžys klaipėda mažeikiai kėdainiai
    įmonė vardas-pavardė šalis gatvė miestas telefonas-nuolatinė užsakymas sąskaita mėnuo žemė ąžuolas čepaitis ūkis jūratė
    žydrūnas giedrė rūta šarūnas vytautė dalyvių būsena rinkėjų
    bērziņš kalniņš ozoliņš jānis pēteris līga kārlis mārtiņš zariņš liepiņa jēkabpils daugavpils rēzekne jūrmala cēsis
    valmiera-iela rīga uzņēmums tālrunis adrese-pilsēta vārds uzvārds klients pārdošana ķekava ļaudona ģimene šķirne
    jõgeva pärnu võru põlva tõnu jüri ülle õie käärik mägi pärn tänav ettevõte kontaktisik põhjus saaremaa-küla jäärats
    dzīve mīlestība vīrs zīle ēka ūdens ķekava ģimene šķīdums līga ādaži āre pīlādži sīkums īpašums kārlis pēteris mārtiņš inese krūmiņš
    ozoliņš zariņš jānis jūra būvniecība grāmata māja gvidas mindaugas gėlė žmogus šeima čia čekis pažymėjimas ūkis įrašas šiluma
    mažas didžiulis saulė žvaigždė būstas šaltinis čiurlionis`),
  russian: split(`
    иванов смирнов кузнецов попов васильев петров соколов михайлов новиков фёдоров морозов волков алексеев лебедев семёнов
    александр сергей дмитрий андрей алексей максим евгений владимир наталья елена ольга татьяна ирина юлия екатерина
    москва санкт-петербург новосибирск екатеринбург казань нижний новгород челябинск самара омск ростов уфа красноярск
    фамилия имя отчество телефон адрес город улица страна область индекс клиент компания общество ответственностью общая
    название почта счёт договор поставщик покупатель заказ номер дата сумма россия южная шоссе площадь этаж цех щукин`),
  ukrainian: split(`
    київ львів харків одеса дніпро запоріжжя вінниця чернівці івано-франківськ тернопіль шевченко коваленко бондаренко
    олексій сергій андрій юрій наталія оксана прізвище ім’я місто вулиця країна підприємство їжак європа ґанок зв’язок
    замовлення рахунок клієнт область кількість підпис адреса київська`),
  bulgarian: split(`
    българия софия пловдив варна бургас русе стара загора плевен сливен добрич георги иван димитър николай петър христо
    иванова петрова димитрова георгиева фамилия име град улица държава дружество търговия пощенски код телефон служител
    бележка съдържание къща мъж сърбия поръчка`),
  greek: split(`
    παπαδόπουλος γεωργίου δημητρίου νικολάου ιωάννου κωνσταντίνου αντωνίου βασιλείου οικονόμου αλεξίου μακρή γιώργος
    γιάννης κώστας δημήτρης νίκος ελένη μαρία κατερίνα αθήνα θεσσαλονίκη πάτρα ηράκλειο λάρισα βόλος ιωάννινα χανιά
    όνομα επώνυμο διεύθυνση πόλη χώρα τηλέφωνο εταιρεία πελάτης αριθμός ημερομηνία τιμολόγιο ταχυδρομικός κώδικας οδός
    επωνυμία ελλάδα υπηρεσίες είδος ποσό ακρόπολη ψυχικό ξάνθη φλώρινα
    άννα άγγελος άρης άνω άγιος άλλος άργος άμφισσα`),
  hebrew: split(`
    כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי יוסף דוד משה שרה רחל תל אביב ירושלים חיפה באר שבע נתניה אשדוד
    שם משפחה פרטי כתובת עיר טלפון חברה לקוח רחוב מיקוד ארץ ישראל מספר דואר אלקטרוני הערות`),
  arabic: split(`
    محمد أحمد علي حسن إبراهيم عبد الله الرحمن فاطمة خالد يوسف مصطفى القاهرة الرياض دبي بغداد بيروت عمان جدة الدار البيضاء
    الاسم العنوان المدينة الهاتف الشركة العميل البلد رقم البريد الإلكتروني شارع السعودية مصر المغرب ملاحظات الكويت`),
  thai: split(`
    สมชาย สมศักดิ์ สุดา วิชัย ประเสริฐ กรุงเทพมหานคร เชียงใหม่ ภูเก็ต ขอนแก่น นครราชสีมา ชื่อ นามสกุล ที่อยู่ จังหวัด โทรศัพท์
    บริษัท จำกัด ลูกค้า ประเทศ ไทย ถนน ตำบล อำเภอ รหัสไปรษณีย์ หมายเหตุ`),
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Characters that lists of people, firms and places are full of, in languages that have thousands. */
export const COMMON_CHARACTERS = {
  japanese: `田中山本佐藤鈴木高橋伊渡辺村小林加吉松井清水上野石川原前岡藤島森池阿部橋谷内大西南北東京都府県市区町丁目番地号
    株式会社有限名氏姓住所電話郵便担当者部長課顧客備考年月日区分国阪神奈横浜愛知福岡札幌仙台千葉埼玉新広島一二三四五六七八九十
    美子郎太健和雄明正恵由香真智洋幸裕介翔誠次人場製作商事建設工業開発販売サビス`,
  simplified: `王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱
    伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华慧建国文平志红玉兰市省区县路街号北京上海广州深圳天津重庆成都武汉南京西安杭州东
    公司有限责任股份集团科技贸易姓名地址电话邮编客户备注联系人名称国家中国城市编号日期业务部门经理`,
  traditional: `陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴
    家豪志明俊傑建宏雅婷淑芬美玲怡君台北市中正區信義路段號樓縣新竹高雄桃園臺南東香港九龍灣
    公司有限股份企業國際貿易姓名地址電話傳真郵遞區號客戶備註聯絡人名稱國家城市編號日期業務部經理`,
  korean: `김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지수영호준현서연은경희정숙미
    서울부산대구인천광주대전울산세종경기도강원충청북남전라경상제주특별시광역시군구동읍면로길번호
    주식회사이름성명주소전화번호우편고객담당자부서비고국가도시회사상호업종대표등록일자`,
} as const;
