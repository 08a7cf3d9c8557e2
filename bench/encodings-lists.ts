/**
 * People and places for the bench of encodings, chosen without a look at the words that the detector counts letters from
 * (`src/source/encoding-words.ts`); those that are in both are left out when the bench runs. ASCII names are among them as
 * they are in any list.
 */

export interface People {
  readonly language: string;
  readonly encodings: readonly string[];
  readonly names: string;
  readonly places: string;
}

const WESTERN = ['windows-1252', 'iso-8859-15', 'macintosh', 'cp850'];
const CENTRAL = ['windows-1250', 'iso-8859-2', 'cp852'];
const CYRILLIC = ['windows-1251', 'koi8-r', 'cp866', 'iso-8859-5'];
const row = (language: string, encodings: readonly string[], names: string, places: string): People => ({
  language,
  encodings,
  names,
  places,
});

export const PEOPLE: readonly People[] = [
  row(
    'German',
    WESTERN,
    'Anna Beßler Böttcher Brückner Dörfler Eichhörnchen Fröhlich Göbel Hübner Hölzl Jäckel Kästner Körner Lange Lösch Meier Möller Nägele Pfänder Röder Rüdiger Sänger Schmidt Schönfeld Süß Töpfer Uhl Völler Walter Wünsche Zöllner Zürn',
    'Bad-Dürkheim Berlin Böhlen Döbeln Flöha Gießen Hamburg Höchst Ilmenau Jülich Köthen Lörrach Lüneburg Münster Nördlingen Rügen Rödermark Überlingen Zwönitz Straßkirchen',
  ),
  row(
    'French',
    WESTERN,
    'Allègre Amélie Aubé Bénédicte Bessière Camille Chénier Claude Crépin Daniélou Dubois Édouard Fénelon Garçonnet Grégoire Hervé Joséphine Lacépède Laurent Lévêque Martin Mégane Noémie Péguy Régis Rivière Solène Théodore Valéry Zélie',
    'Albertville Annécy Bléré Cahors Compiègne Crépy Épinal Étampes Fécamp Guéret Hyères Laon Lisieux Mâcon Mézières Montélimar Périgueux Saint-Dié Sélestat Tréguier',
  ),
  row(
    'Spanish',
    WESTERN,
    'Acuña Adrián Arroyo Báez Blanco Cáceres Cañadas Castañeda Cordón Darío Estévez Farías Godínez Guzmán Ibarra Joaquín Laínez León Luján Marín Márquez Ordóñez Ortega Patiño Quiñones Ríos Rubén Saldaña Tomás Valdés Yáñez Zamora',
    'Alcalá Alicante Ávila Béjar Burgos Carreño Écija Gijón Huércal Jávea Linares Mérida Móstoles Oñate Palencia Pontón Sahagún Sanlúcar Toledo Villaviciosa',
  ),
  row(
    'Portuguese',
    WESTERN,
    'Abílio Adão Amílcar Barcelos Bárbara Beirão Camões Custódio Débora Estêvão Fabião Fernanda Galhão Hermínio Jerónimo Júlio Laís Lobão Marçal Negrão Oliveira Otávio Peçanha Querubim Romão Salomão Teófilo Urânia Valério Zózimo',
    'Abrantes Alcobaça Almeirim Bragança Caçador Cuiabá Espírito Fátima Góis Itajaí Leiria Loulé Macapá Moncorvo Niterói Olhão Portimão Ribeirão Sorocaba Tomar',
  ),
  row(
    'Danish and Swedish',
    WESTERN,
    'Åse Anders Bækgaard Bøgh Dahl Fjällström Frøkjær Grøn Hägg Håkansson Højgaard Kjærgaard Lövgren Lundgren Mørk Nils Öhman Påhlsson Ravnsbæk Rønnow Sjölin Skovgård Sjögren Tångring Thomsen Tønnes Ulfsäter Vestergård Wallén Ørsted',
    'Ærøskøbing Ålborg Birkerød Borås Eslöv Farsø Gäddede Grenå Holbæk Höganäs Kalmar Kolding Mölndal Nyborg Rømø Sæby Skåne Tønder Vejle Ängelholm',
  ),
  row(
    'Dutch and English',
    ['windows-1252', 'macintosh', 'cp850'],
    'Adams André Baker Beyoncé Bos Brontë Claire Coen Daniëlle De-Boer Éva Fiancé Groen Harris Ingram Jansen Kerstin Loïs Mc-Daid Noël Oriëlle Parker Quinten René Smit Taylor Thaïs Visser Willems Zoëy',
    'Amsterdam Bath Coëvorden Delft Exeter Flint Goëngahuizen Hull Leeds Marum Oxford Perth Reading Reeuwijk Sneek Texel Utrecht Veere Wells York',
  ),
  row(
    'Polish',
    CENTRAL,
    'Adamczyk Błaszczyk Bartłomiej Cieślak Dudek Gąsior Gołębiewski Głowacki Jędrzejczyk Kaźmierczak Kołodziej Krzysztof Leśniak Mączka Mirosław Nowak Olszewski Pająk Przybyła Radosław Rogalski Sępień Sławomir Śliwa Tkaczyk Urbański Wesołowski Wnęk Zbędny Żak Żurek',
    'Bełchatów Chełm Dębica Ełk Gdynia Głogów Iława Jasło Kętrzyn Krosno Łomża Mława Nysa Olsztyn Piła Przemyśl Radom Sanok Słupsk Żywiec',
  ),
  row(
    'Czech and Slovak',
    CENTRAL,
    'Bartoš Bílek Brázda Bureš Čapek Červinka Daněk Ďurica Doubek Fojtík Gregůrek Hájek Holeček Hrubý Jandová Jeřábek Kopáč Košťál Krupička Malý Mašek Novotný Ondruš Pešek Řehoř Šimůnek Štěpánek Tůma Vávra Žižka',
    'Banská Beroun Břeclav Cheb Čáslav Frýdek Havířov Jičín Kolín Košice Litoměřice Most Náchod Opava Písek Šumperk Trenčín Vsetín Žatec Žilina',
  ),
  row(
    'Hungarian',
    CENTRAL,
    'Balázs Bíró Borbély Csiszár Dömötör Éva Fekete Fülöp Gergő Győző Halász Ildikó Jenő Kelemen Kőműves Lőrinc Mészáros Molnár Nagy Őry Pintér Rózsa Sipőcz Somlói Szabó Takács Tőkés Ürmös Vörös Zsófia',
    'Ajka Baja Cegléd Debrecen Érd Gödöllő Gyöngyös Hódmezővásárhely Kecskemét Makó Mezőtúr Mohács Nyíregyháza Pápa Siófok Szeged Szentendre Tiszafüred Törökszentmiklós Üllő',
  ),
  row(
    'Croatian and Slovenian',
    CENTRAL,
    'Abramović Ančić Babić Božić Cvetković Čuk Damjan Delić Đukić Filipović Grgić Hočevar Ivan Jurišić Knežević Kovač Krušelj Lončar Marušič Matić Nikšić Pavlič Radić Šarić Štrukelj Tomažič Uršič Vuković Zupančič Žagar',
    'Bled Čakovec Daruvar Đakovo Jesenice Karlovac Kočevje Kranj Krško Makarska Novska Poreč Požega Ptuj Sisak Šibenik Tržič Varaždin Vukovar Žalec',
  ),
  row(
    'Romanian',
    ['windows-1250', 'iso-8859-2'],
    'Albu Andreea Bălan Bîrsan Cătălin Căpăţână Ciobanu Dănuţ Drăghici Enache Fănel Gheorghiţă Ilinca Ioniţă Lăcătuş Luminiţa Măgureanu Moţoc Neagoe Oprişan Păun Răducan Săndulescu Şerban Ştefăniţă Tănase Toma Ţepeş Vâlcu Zăvoianu',
    'Adjud Băicoi Brăila Călăraşi Deva Făgăraş Galaţi Haţeg Lugoj Mediaş Moineşti Năvodari Orşova Piteşti Râşnov Sinaia Tecuci Târgovişte Urziceni Zalău',
  ),
  row(
    'Russian',
    CYRILLIC,
    'Абрамов Белов Виноградова Громов Дьяков Елисеев Жуков Зайцева Игнатьев Крылов Лапин Мельник Никитин Орлова Панфилов Рябов Савельев Тихонова Ушаков Фомин Хохлов Цветкова Чернов Шубин Щеглов Эдуард Юдин Яковлева',
    'Абакан Брянск Вологда Грозный Дубна Ейск Железногорск Златоуст Ижевск Калуга Липецк Магадан Норильск Орёл Пенза Рязань Сочи Тверь Ухта Хабаровск Чита Шатура Элиста Якутск',
  ),
  row(
    'Greek',
    ['windows-1253', 'iso-8859-7'],
    'Αγγελίδης Βλάχος Γαλάνης Διαμαντής Ευαγγέλου Ζαφειρίου Ηλιάδης Θεοδώρου Καραγιάννης Λιάπης Μανώλης Ντόκος Ξενάκης Πετρόπουλος Ρήγας Σταύρου Τσάκος Φωτίου Χρήστου Ψαρράς',
    'Άρτα Βέροια Γρεβενά Δράμα Έδεσσα Ζάκυνθος Καβάλα Κόρινθος Λαμία Μυτιλήνη Ναύπλιο Πρέβεζα Ρέθυμνο Σπάρτη Τρίπολη Χαλκίδα',
  ),
  row(
    'Turkish',
    ['windows-1254'],
    'Akın Aydın Bülent Çağlar Çetin Demir Doğan Ersöz Fıstık Gökçe Gürbüz Hüseyin İnce İsmail Kılıç Koçak Mert Necdet Oğuz Önal Pınar Rıza Şahin Şimşek Tuğba Uçar Uğur Ülkü Yıldız Yücel',
    'Adana Afşin Balıkesir Beyoğlu Çorum Denizli Düzce Eskişehir Gaziantep Giresun İzmir Kadıköy Kırşehir Muş Niğde Ordu Şırnak Tekirdağ Uşak Üsküdar',
  ),
  row(
    'Baltic',
    ['windows-1257'],
    'Āboliņš Ādamsone Balčiūnas Butkus Čepaitis Džiugas Eglītis Gaižauskas Ģirts Jankauskas Juškēvičs Kalniņš Kärt Ķirsis Liepiņa Lõhmus Mažeika Mägi Ņikita Õunapuu Paulauskas Rūta Sīmanis Šimkus Tamm Ūdre Vaičiūnas Vītols Žukauskas Zviedre',
    'Alytus Cēsis Daugavpils Elektrėnai Haapsalu Jūrmala Kėdainiai Kohtla-Järve Mažeikiai Ogre Panevėžys Põltsamaa Rīga Šiauliai Tallinn Telšiai Utena Valmiera Viljandi Võru',
  ),
];

/** Of a list that is English apart from them. */
export const PLAIN = {
  names:
    'Abbott Bailey Carter Dawson Elliott Fisher Gibson Hudson Irving Jenkins Kendall Lawson Mercer Newman Osborne Palmer Quigley Russell Spencer Thornton',
  places: 'Boston Carlisle Dallas Denver Durham Hartford Lincoln Norwich Preston Salem Stockport Tampa',
} as const;
