/** Names of attributes: each has one spelling here, whatever a directory calls it, since names have aliases there. */

/** In every table of entries, since the layout is known by them. */
export const FIRST_ATTRIBUTES: readonly string[] = [
  'dn',
  'objectClass',
  'cn',
  'givenName',
  'sn',
  'displayName',
  'mail',
  'mail 2',
  'mozillaSecondEmail',
  'o',
  'ou',
  'title',
  'telephoneNumber',
  'mobile',
  'homePhone',
  'street',
  'mozillaWorkStreet2',
  'l',
  'st',
  'postalCode',
  'c',
  'mozillaWorkUrl',
  'mozillaHomeStreet',
  'mozillaHomeStreet2',
  'mozillaHomeLocalityName',
  'mozillaHomeState',
  'mozillaHomePostalCode',
  'mozillaHomeCountryName',
  'mozillaHomeUrl',
  'description',
];

const ALIASES: Readonly<Record<string, string>> = {
  commonname: 'cn',
  surname: 'sn',
  gn: 'givenName',
  rfc822mailbox: 'mail',
  emailaddress: 'mail',
  organizationname: 'o',
  company: 'o',
  organizationalunitname: 'ou',
  orgunit: 'ou',
  department: 'ou',
  mobiletelephonenumber: 'mobile',
  cellphone: 'mobile',
  hometelephonenumber: 'homePhone',
  streetaddress: 'street',
  locality: 'l',
  localityname: 'l',
  stateorprovincename: 'st',
  region: 'st',
  zip: 'postalCode',
  countryname: 'c',
  co: 'c',
  friendlycountryname: 'c',
  workurl: 'mozillaWorkUrl',
  homeurl: 'mozillaHomeUrl',
  mozillahomelocalityname: 'mozillaHomeLocalityName',
  notes: 'description',
  multilinedescription: 'description',
};
const SPELLINGS = new Map(FIRST_ATTRIBUTES.map((name) => [name.toLowerCase(), name]));
/** Binary, or secret. */
const LEFT_OUT =
  /^(?:jpegphoto|photo|thumbnailphoto|thumbnaillogo|audio|usercertificate|usersmimecertificate|userpkcs12|cacertificate|userpassword|sambantpassword|sambalmpassword|unicodepwd|objectguid|objectsid)$/;
const SOMEBODY = /person|mozillaab|^(?:contact|user|customer|organization|company)$/;

export function isLeftOut(attribute: string): boolean {
  return LEFT_OUT.test(attribute);
}

export function columnOf(attribute: string): string {
  const folded = attribute.toLowerCase();
  return SPELLINGS.get(folded) ?? ALIASES[folded] ?? attribute;
}

/** @param classes in small letters; none: nothing is known */
export function isNobody(classes: readonly string[]): boolean {
  return classes.length > 0 && !classes.some((one) => SOMEBODY.test(one));
}
