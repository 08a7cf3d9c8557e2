/**
 * What columns are called, field by field, in the languages that exports come in. Compared without case, accents and
 * punctuation. A name stands under one field only; names that mean different things in different products are left out.
 */

import type { ClientField, ContactField } from '../fields.js';

export const CLIENT_SYNONYMS: Readonly<Partial<Record<ClientField, readonly string[]>>> = {
  'name': [
    'company', 'company name', 'organization', 'organisation', 'organization name', 'organisation name', 'account name', 'client name', 'customer name',
    'customer', 'client', 'business name', 'legal name', 'display name', 'firma', 'firmenname', 'unternehmen', 'kunde', 'kundenname', 'name der firma',
    'entreprise', 'societe', 'nom de la societe', 'raison sociale', 'nom du client', 'empresa', 'razon social', 'nombre de la empresa', 'cliente',
    'nombre del cliente', 'azienda', 'ragione sociale', 'societa', 'nome cliente', 'bedrijf', 'bedrijfsnaam', 'klantnaam', 'klant', 'nome da empresa', 'foretag',
    'foretagsnamn', 'virksomhed', 'firmanavn', 'nazwa firmy',
  ],
  'id_number': [
    'id', 'id number', 'client id', 'customer id', 'account id', 'record id', 'company id', 'contact id', 'external id', 'reference', 'ref', 'customer number',
    'customer no', 'client number', 'client no', 'account number', 'customer code', 'client code', 'kundennummer', 'kunden nr', 'kundennr', 'kunden id', 'debitor',
    'debitorennummer', 'numero client', 'no client', 'code client', 'numero de cliente', 'codigo cliente', 'codigo de cliente', 'codice cliente', 'klantnummer',
    'klantcode', 'kundnummer', 'kundenummer', 'numer klienta', 'debiteurnummer', 'lead id',
  ],
  'vat_number': [
    'vat', 'vat number', 'vat no', 'vat id', 'vat registration number', 'tax id', 'tax number', 'tax registration number', 'gstin', 'ust id', 'ustid', 'ust idnr',
    'ust id nr', 'umsatzsteuer id', 'uid', 'uid nummer', 'numero tva', 'no tva', 'tva', 'tva intracommunautaire', 'nif', 'cif', 'nif cif', 'numero de iva', 'partita iva',
    'p iva', 'btw nummer', 'btw', 'momsnummer', 'cvr', 'nip', 'contribuinte',
  ],
  'website': ['website', 'web site', 'website url', 'url', 'web', 'web page', 'homepage', 'webseite', 'internet', 'site web', 'site internet', 'sitio web', 'pagina web', 'sito web', 'domain', 'company domain name'],
  'phone': [
    'phone', 'phone number', 'telephone', 'tel', 'office phone', 'work phone', 'main phone', 'business phone', 'company phone', 'client phone', 'phone 1', 'telefon', 'telefonnummer',
    'telefon 1', 'telefon geschaftlich', 'tel nr', 'numero de telephone', 'telefono', 'numero de telefono', 'telefoon', 'telefoonnummer', 'telefone', 'lead phone',
  ],
  'address1': [
    'address', 'address 1', 'address1', 'address line 1', 'street', 'street address', 'street 1', 'billing street', 'billing address', 'billing address 1', 'billing address line 1',
    'adresse', 'anschrift', 'strasse', 'strasse 1', 'strasse und hausnummer', 'strasse nr', 'rue', 'adresse 1', 'direccion', 'calle', 'indirizzo', 'via', 'adres', 'straat', 'endereco', 'rua', 'gatuadress',
  ],
  'address2': [
    'address 2', 'address2', 'address line 2', 'street 2', 'street address 2', 'apt suite', 'suite', 'billing address 2', 'billing address line 2', 'adresszusatz', 'adresse 2', 'strasse 2',
    'complement d adresse', 'direccion 2', 'indirizzo 2', 'adres 2', 'complemento',
  ],
  'city': ['city', 'town', 'billing city', 'city town', 'ort', 'stadt', 'ville', 'ciudad', 'localidad', 'poblacion', 'citta', 'comune', 'plaats', 'stad', 'woonplaats', 'cidade', 'miasto', 'by'],
  'state': [
    'state', 'province', 'region', 'state region', 'state province', 'province state', 'county', 'billing state', 'bundesland', 'kanton', 'departement', 'provincia', 'estado', 'regione', 'provincie',
  ],
  'postal_code': [
    'postal code', 'zip', 'zip code', 'zipcode', 'postcode', 'post code', 'zip postal code', 'billing zip', 'billing postal code', 'billing zip postal code', 'plz', 'postleitzahl', 'code postal', 'cp',
    'codigo postal', 'cap', 'codice postale', 'cep', 'postnummer', 'kod pocztowy',
  ],
  'country_code': ['country', 'country region', 'country code', 'billing country', 'land', 'pays', 'pais', 'paese', 'nazione', 'kraj'],
  'shipping_address1': ['shipping street', 'shipping address', 'shipping address 1', 'delivery address', 'delivery street', 'ship to address', 'lieferadresse', 'lieferanschrift', 'adresse de livraison', 'direccion de envio'],
  'shipping_address2': ['shipping address 2', 'shipping street 2', 'shipping apt suite', 'delivery address 2'],
  'shipping_city': ['shipping city', 'delivery city', 'ship to city', 'lieferort', 'ville de livraison'],
  'shipping_state': ['shipping state', 'shipping state province', 'delivery state', 'shipping province'],
  'shipping_postal_code': ['shipping zip', 'shipping postal code', 'shipping postcode', 'delivery postcode', 'delivery zip', 'lieferplz', 'liefer plz'],
  'shipping_country_code': ['shipping country', 'delivery country', 'lieferland', 'pays de livraison'],
  'private_notes': ['private notes', 'notes', 'note', 'comment', 'comments', 'internal notes', 'description', 'notizen', 'notiz', 'bemerkung', 'bemerkungen', 'kommentar', 'remarques', 'commentaire', 'notas', 'observaciones', 'opmerkingen'],
  'public_notes': ['public notes'],
  'industry_id': ['industry', 'branche', 'secteur', 'sector', 'industria', 'settore'],
  'size_id': ['employees', 'number of employees', 'company size', 'size', 'mitarbeiter', 'anzahl mitarbeiter', 'effectif', 'empleados', 'dipendenti'],
  'classification': ['classification', 'customer type', 'client type', 'kundenart', 'kundentyp'],
  'is_tax_exempt': ['tax exempt', 'is tax exempt', 'steuerbefreit', 'exonere de tva'],
  'routing_id': ['routing id', 'leitweg id', 'leitweg', 'peppol id'],
  'settings.currency_code': ['currency', 'currency code', 'client currency', 'wahrung', 'waehrung', 'devise', 'moneda', 'divisa', 'valuta', 'moeda', 'waluta'],
  'settings.language_code': ['language', 'locale', 'sprache', 'langue', 'idioma', 'lingua', 'taal', 'jezyk'],
  'settings.payment_terms': [
    'payment terms', 'payment term', 'terms', 'net days', 'payment due days', 'due days', 'zahlungsziel', 'zahlungsbedingung', 'zahlungsbedingungen', 'conditions de paiement', 'delai de paiement', 'condiciones de pago', 'plazo de pago',
    'termini di pagamento', 'betalingstermijn',
  ],
  'custom_value1': ['custom value 1', 'custom value1', 'custom 1'],
  'custom_value2': ['custom value 2', 'custom value2', 'custom 2'],
  'custom_value3': ['custom value 3', 'custom value3', 'custom 3'],
  'custom_value4': ['custom value 4', 'custom value4', 'custom 4'],
};

export const CONTACT_SYNONYMS: Readonly<Partial<Record<ContactField, readonly string[]>>> = {
  first_name: ['first name', 'firstname', 'given name', 'forename', 'contact first name', 'vorname', 'prenom', 'nombre de pila', 'voornaam', 'fornamn', 'fornavn', 'imie', 'primeiro nome'],
  last_name: ['last name', 'lastname', 'surname', 'family name', 'contact last name', 'nachname', 'familienname', 'zuname', 'nom de famille', 'apellido', 'apellidos', 'cognome', 'achternaam', 'efternamn', 'efternavn', 'nazwisko', 'sobrenome'],
  email: [
    'email', 'e mail', 'email address', 'e mail address', 'mail', 'contact email', 'primary email', 'work email', 'billing email', 'invoice email', 'email 1', 'e mail 1', 'e mail adresse', 'emailadresse', 'mailadresse', 'rechnungs e mail',
    'courriel', 'adresse e mail', 'adresse email', 'adresse mail', 'correo', 'correo electronico', 'posta elettronica', 'indirizzo email', 'e mailadres', 'e post', 'lead email',
  ],
  phone: ['mobile', 'mobile phone', 'mobile number', 'cell', 'cell phone', 'contact phone', 'direct phone', 'mobil', 'mobiltelefon', 'mobilnummer', 'handy', 'portable', 'telephone portable', 'movil', 'cellulare', 'mobiel', 'telemovel'],
  custom_value1: ['contact custom value 1'],
  custom_value2: ['contact custom value 2'],
  custom_value3: ['contact custom value 3'],
  custom_value4: ['contact custom value 4'],
};

/** A person's whole name in one column. */
export const PERSON_NAME_SYNONYMS: readonly string[] = [
  'full name', 'fullname', 'contact name', 'contact', 'contact person', 'primary contact', 'ansprechpartner', 'kontaktperson', 'kontakt', 'nom complet', 'nom du contact', 'nombre completo', 'contacto', 'nome completo', 'referente', 'contactpersoon',
];

/** A name of which only the other columns tell whether it is a company's or a person's. */
export const OPEN_NAME_SYNONYMS: readonly string[] = ['name', 'nom', 'nombre', 'nome', 'naam', 'namn', 'navn', 'nazwa'];
