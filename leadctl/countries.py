"""The countries of ISO 3166-1 and the states of some: names in several languages to their codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

_COUNTRIES = """
AD AND Andorra|Andorre
AE ARE United Arab Emirates|UAE|Emirates|Vereinigte Arabische Emirate|VAE|Émirats arabes unis|
    Emiratos Árabes Unidos|EAU|Emirati Arabi Uniti|Emirados Árabes Unidos|
    Verenigde Arabische Emiraten|الإمارات|Dubai|Abu Dhabi
AF AFG Afghanistan|Afganistán|Afeganistão
AG ATG Antigua and Barbuda
AI AIA Anguilla
AL ALB Albania|Albanien|Albanie|Albânia|Albanië|Shqipëria|Shqipëri
AM ARM Armenia|Armenien|Arménie|Armênia|Arménia|Armenië|Hayastan
AO AGO Angola
AQ ATA Antarctica
AR ARG Argentina|Argentine Republic|Argentinien|Argentine|Argentinië
AS ASM American Samoa
AT AUT Austria|Österreich|Oesterreich|Autriche|Áustria|Oostenrijk|Republik Österreich
AU AUS Australia|Australien|Australie|Austrália|Australië|Commonwealth of Australia
AW ABW Aruba
AX ALA Åland Islands|Åland|Ahvenanmaa
AZ AZE Azerbaijan|Aserbaidschan|Azerbaïdjan|Azerbaiyán|Azerbaigian|Azerbaijão|Azerbeidzjan|
    Azərbaycan
BA BIH Bosnia and Herzegovina|Bosnia|Bosnia & Herzegovina|Bosnia-Herzegovina|
    Bosnien und Herzegowina|Bosnien|Bosnie-Herzégovine|Bosnia ed Erzegovina|Bosnië en Herzegovina|
    Bosna i Hercegovina|BiH|Bosnia y Herzegovina|Bósnia e Herzegovina
BB BRB Barbados|Barbade
BD BGD Bangladesh|Bangladesch|Bangladés
BE BEL Belgium|Belgien|Belgique|Bélgica|Belgio|België
BF BFA Burkina Faso
BG BGR Bulgaria|Bulgarien|Bulgarie|Bulgária|Bulgarije|България
BH BHR Bahrain|Bahreïn|Baréin|Bahrein
BI BDI Burundi
BJ BEN Benin|Bénin
BL BLM Saint Barthélemy|St. Barthélemy|St Barts
BM BMU Bermuda|Bermudas|Bermudes
BN BRN Brunei Darussalam|Brunei
BO BOL Bolivia (Plurinational State of)|Bolivia|Bolivia, Plurinational State of|Bolivien|Bolivie|
    Bolívia
BQ BES Bonaire, Sint Eustatius and Saba|Caribbean Netherlands|Bonaire
BR BRA Brazil|Brasil|Brasilien|Brésil|Brasile|Brazilië
BS BHS Bahamas|The Bahamas|Bahamas (the)
BT BTN Bhutan
BV BVT Bouvet Island
BW BWA Botswana
BY BLR Belarus|Weißrussland|Biélorussie|Bielorrusia|Bielorussia|Belarús|Wit-Rusland|Беларусь|
    Bielorrússia
BZ BLZ Belize
CA CAN Canada|Kanada|Canadá
CC CCK Cocos (Keeling) Islands|Cocos Islands
CD COD Congo, Democratic Republic of the|Democratic Republic of the Congo|
    Congo (the Democratic Republic of the)|Congo, The Democratic Republic of the|DR Congo|DRC|
    Congo-Kinshasa|Congo (Kinshasa)|Demokratische Republik Kongo|République démocratique du Congo|
    RDC|República Democrática del Congo|Kongo-Kinshasa
CF CAF Central African Republic|Zentralafrikanische Republik|République centrafricaine
CG COG Congo|Republic of the Congo|Congo-Brazzaville|Congo (Brazzaville)|Republik Kongo|
    République du Congo|Kongo-Brazzaville
CH CHE Switzerland|Schweiz|Die Schweiz|Suisse|La Suisse|Svizzera|Suiza|Suíça|Zwitserland|
    Swiss Confederation|Schweizerische Eidgenossenschaft|Confoederatio Helvetica
CI CIV Côte d'Ivoire|Ivory Coast|Cote d'Ivoire|Elfenbeinküste|Costa de Marfil|Costa d'Avorio|
    Ivoorkust|Costa do Marfim
CK COK Cook Islands
CL CHL Chile|Chili|Cile
CM CMR Cameroon|Kamerun|Cameroun|Camerún|Camerun|Camarões|Kameroen
CN CHN China|People's Republic of China|PR China|P.R. China|PRC|Mainland China|Volksrepublik China|
    VR China|Chine|Cina|中国|中國|中华人民共和国
CO COL Colombia|Kolumbien|Colombie|Colômbia
CR CRI Costa Rica
CU CUB Cuba|Kuba
CV CPV Cabo Verde|Cape Verde|Kap Verde|Cap-Vert
CW CUW Curaçao
CX CXR Christmas Island
CY CYP Cyprus|Zypern|Chypre|Chipre|Cipro|Κύπρος|Kıbrıs
CZ CZE Czechia|Czech Republic|Tschechien|Tschechische Republik|Tchéquie|République tchèque|Chequia|
    República Checa|Cechia|Repubblica Ceca|Tchéquia|Tsjechië|Česko|Česká republika
DE DEU Germany|Deutschland|Allemagne|Alemania|Germania|Alemanha|Duitsland|BRD|
    Bundesrepublik Deutschland|Federal Republic of Germany|Tyskland|Niemcy|Německo|ドイツ
DJ DJI Djibouti|Dschibuti
DK DNK Denmark|Danmark|Dänemark|Danemark|Dinamarca|Danimarca|Denemarken
DM DMA Dominica
DO DOM Dominican Republic|República Dominicana|Dominikanische Republik|République dominicaine|
    Repubblica Dominicana|Dominicaanse Republiek
DZ DZA Algeria|Algerien|Algérie|Argelia|Argélia|Algerije|الجزائر
EC ECU Ecuador|Équateur|Equador
EE EST Estonia|Estland|Estonie|Estônia|Estónia|Eesti
EG EGY Egypt|Ägypten|Égypte|Egipto|Egitto|Egito|Egypte|مصر
EH ESH Western Sahara
ER ERI Eritrea
ES ESP Spain|España|Spanien|Espagne|Spagna|Espanha|Spanje|Espanya|Kingdom of Spain
ET ETH Ethiopia|Äthiopien|Éthiopie|Etiopía|Etiopia|Etiópia|Ethiopië
FI FIN Finland|Suomi|Finnland|Finlande|Finlandia|Finlândia
FJ FJI Fiji|Fidschi
FK FLK Falkland Islands (Malvinas)|Falkland Islands|Islas Malvinas|Falklandinseln
FM FSM Micronesia (Federated States of)|Micronesia|Micronesia, Federated States of|
    Federated States of Micronesia
FO FRO Faroe Islands|Faeroe Islands|Faroes|Føroyar|Färöer
FR FRA France|Frankreich|Francia|França|Frankrijk|République française|French Republic|
    Metropolitan France|Frankrike|Francja
GA GAB Gabon|Gabun
GB GBR United Kingdom of Great Britain and Northern Ireland|United Kingdom|UK|U.K.|Great Britain|
    Britain|England|Scotland|Wales|Northern Ireland|Vereinigtes Königreich|Großbritannien|
    Schottland|Nordirland|Royaume-Uni|Grande-Bretagne|Angleterre|Écosse|Pays de Galles|Reino Unido|
    Gran Bretaña|Inglaterra|Escocia|Regno Unito|Gran Bretagna|Inghilterra|Scozia|Grã-Bretanha|
    Escócia|Verenigd Koninkrijk|Groot-Brittannië|Engeland|Schotland
GD GRD Grenada
GE GEO Georgia|Georgien|Géorgie|Geórgia|Georgië|Sakartvelo|საქართველო|Republic of Georgia
GF GUF French Guiana|Guyane|Guyane française
GG GGY Guernsey
GH GHA Ghana|Gana
GI GIB Gibraltar
GL GRL Greenland|Grönland|Groenland|Kalaallit Nunaat
GM GMB Gambia|The Gambia
GN GIN Guinea|Guinée
GP GLP Guadeloupe
GQ GNQ Equatorial Guinea|Guinea Ecuatorial|Äquatorialguinea
GR GRC Greece|Griechenland|Grèce|Grecia|Grécia|Griekenland|Ελλάδα|Ελλάς|Hellas|Hellenic Republic|
    Ellada|EL
GS SGS South Georgia and the South Sandwich Islands|South Georgia
GT GTM Guatemala
GU GUM Guam
GW GNB Guinea-Bissau
GY GUY Guyana
HK HKG Hong Kong|Hongkong|Hong Kong SAR|Hong Kong SAR China|香港
HM HMD Heard Island and McDonald Islands
HN HND Honduras
HR HRV Croatia|Kroatien|Croatie|Croacia|Croazia|Croácia|Kroatië|Hrvatska
HT HTI Haiti|Haïti
HU HUN Hungary|Ungarn|Hongrie|Hungría|Ungheria|Hungria|Hongarije|Magyarország
ID IDN Indonesia|Indonesien|Indonésie|Indonésia|Indonesië
IE IRL Ireland|Éire|Republic of Ireland|Irland|Irlande|Irlanda|Ierland
IL ISR Israel|Israël|Israele|ישראל
IM IMN Isle of Man
IN IND India|Indien|Inde|Índia|Bharat|भारत|Republic of India
IO IOT British Indian Ocean Territory
IQ IRQ Iraq|Irak|Iraque|العراق
IR IRN Iran (Islamic Republic of)|Iran|Iran, Islamic Republic of|Islamic Republic of Iran|Irán|Irã|
    Irão|ایران
IS ISL Iceland|Island|Ísland|Islande|Islandia|Islanda|Islândia|IJsland
IT ITA Italy|Italia|Italien|Italie|Itália|Italië|Repubblica Italiana
JE JEY Jersey
JM JAM Jamaica|Jamaika|Jamaïque|Giamaica
JO JOR Jordan|Jordanien|Jordanie|Jordania|Giordania|Jordânia|Jordanië|الأردن
JP JPN Japan|Nippon|Nihon|Japon|Japón|Giappone|Japão|日本|日本国
KE KEN Kenya|Kenia|Quênia|Quénia
KG KGZ Kyrgyzstan|Kirgisistan|Kirgistan|Kirghizistan|Kirguistán
KH KHM Cambodia|Kambodscha|Cambodge|Camboya|Cambogia|Camboja|Cambodja
KI KIR Kiribati
KM COM Comoros
KN KNA Saint Kitts and Nevis|St. Kitts and Nevis|St Kitts & Nevis
KP PRK Korea (Democratic People's Republic of)|North Korea|Korea, Democratic People's Republic of|
    Democratic People's Republic of Korea|DPRK|Nordkorea|Corée du Nord|Corea del Norte|
    Coreia do Norte|Noord-Korea
KR KOR Korea, Republic of|South Korea|Korea (the Republic of)|Korea, South|Republic of Korea|
    S. Korea|Korea (Republic of)|ROK|Südkorea|Republik Korea|Corée du Sud|Corea del Sur|
    Corea del Sud|Coreia do Sul|Zuid-Korea|한국|대한민국
KW KWT Kuwait|Koweït|Koeweit|الكويت
KY CYM Cayman Islands|Kaimaninseln|Islas Caimán|Îles Caïmans
KZ KAZ Kazakhstan|Kasachstan|Kazajistán|Kazakistan|Cazaquistão|Kazachstan|Қазақстан|Казахстан
LA LAO Lao People's Democratic Republic|Laos
LB LBN Lebanon|Libanon|Liban|Líbano|Libano|لبنان
LC LCA Saint Lucia|St. Lucia
LI LIE Liechtenstein
LK LKA Sri Lanka
LR LBR Liberia
LS LSO Lesotho
LT LTU Lithuania|Litauen|Lituanie|Lituania|Lituânia|Litouwen|Lietuva
LU LUX Luxembourg|Luxemburg|Luxemburgo|Lussemburgo|Lëtzebuerg|Grand Duchy of Luxembourg
LV LVA Latvia|Lettland|Lettonie|Letonia|Lettonia|Letônia|Letónia|Letland|Latvija
LY LBY Libya|Libyen|Libye|Libia|Líbia|Libië|ليبيا
MA MAR Morocco|Marokko|Maroc|Marruecos|Marocco|Marrocos|المغرب
MC MCO Monaco|Mónaco|Mônaco|Principato di Monaco
MD MDA Moldova, Republic of|Moldova|Moldova (the Republic of)|Republic of Moldova|Moldawien|Moldau|
    Moldavie|Moldavia|Moldávia|Moldavië|Republik Moldau
ME MNE Montenegro|Monténégro|Crna Gora
MF MAF Saint Martin (French part)|St. Martin|Saint Martin|Saint-Martin
MG MDG Madagascar|Madagaskar
MH MHL Marshall Islands
MK MKD North Macedonia|Macedonia|Republic of North Macedonia|
    Macedonia, the former Yugoslav Republic of|Nordmazedonien|Mazedonien|Macédoine du Nord|
    Macedonia del Norte|Macedonia del Nord|Macedônia do Norte|Noord-Macedonië|Северна Македонија|
    Severna Makedonija
ML MLI Mali
MM MMR Myanmar|Burma|Myanmar (Burma)|Birma|Birmanie|Mianmar
MN MNG Mongolia|Mongolei|Mongolie
MO MAC Macao|Macau|澳门|澳門
MP MNP Northern Mariana Islands
MQ MTQ Martinique
MR MRT Mauritania|Mauretanien|Mauritanie
MS MSR Montserrat
MT MLT Malta|Malte
MU MUS Mauritius|Maurice|Île Maurice|Mauricio
MV MDV Maldives|Malediven|Maldivas|Maldive
MW MWI Malawi
MX MEX Mexico|México|Mexiko|Mexique|Messico|Estados Unidos Mexicanos|Méjico
MY MYS Malaysia|Malaisie|Malasia|Malásia|Maleisië
MZ MOZ Mozambique|Mosambik|Moçambique|Mozambico
NA NAM Namibia|Namibie
NC NCL New Caledonia|Nouvelle-Calédonie|Neukaledonien
NE NER Niger
NF NFK Norfolk Island
NG NGA Nigeria|Nigéria
NI NIC Nicaragua
NL NLD Netherlands|The Netherlands|Netherlands (Kingdom of the)|Kingdom of the Netherlands|Holland|
    Nederland|Niederlande|Die Niederlande|Pays-Bas|Hollande|Países Bajos|Holanda|Paesi Bassi|
    Olanda|Países Baixos
NO NOR Norway|Norge|Noreg|Norwegen|Norvège|Noruega|Norvegia|Noorwegen
NP NPL Nepal|Népal
NR NRU Nauru
NU NIU Niue
NZ NZL New Zealand|Aotearoa|Neuseeland|Nouvelle-Zélande|Nueva Zelanda|Nueva Zelandia|Nuova Zelanda|
    Nova Zelândia|Nieuw-Zeeland
OM OMN Oman|Omán|Omã|عمان
PA PAN Panama|Panamá
PE PER Peru|Perú|Pérou|Perù
PF PYF French Polynesia|Polynésie française|Tahiti
PG PNG Papua New Guinea|Papua-Neuguinea
PH PHL Philippines|The Philippines|Philippinen|Filipinas|Filippine|Filipijnen|Pilipinas
PK PAK Pakistan|Pakistán|Paquistão|پاکستان
PL POL Poland|Polska|Polen|Pologne|Polonia|Polônia|Polónia
PM SPM Saint Pierre and Miquelon|Saint-Pierre-et-Miquelon
PN PCN Pitcairn
PR PRI Puerto Rico|Porto Rico|Portorico
PS PSE Palestine, State of|Palestine|State of Palestine|Palestinian Territories|Palästina|
    Palestina|فلسطين
PT PRT Portugal|Portogallo
PW PLW Palau
PY PRY Paraguay|Paraguai
QA QAT Qatar|Katar|Catar|قطر
RE REU Réunion|La Réunion
RO ROU Romania|Rumänien|Roumanie|Rumania|Rumanía|Romênia|Roménia|Roemenië|România
RS SRB Serbia|Serbien|Serbie|Sérvia|Servië|Srbija|Србија
RU RUS Russian Federation|Russia|Russland|Rußland|Russie|Rusia|Rússia|Rusland|Россия|
    Российская Федерация|Russische Föderation
RW RWA Rwanda|Ruanda
SA SAU Saudi Arabia|KSA|Kingdom of Saudi Arabia|Saudi-Arabien|Arabie saoudite|Arabia Saudí|
    Arabia Saudita|Arábia Saudita|Saoedi-Arabië|السعودية
SB SLB Solomon Islands
SC SYC Seychelles|Seychellen
SD SDN Sudan|Soudan|Sudán
SE SWE Sweden|Sverige|Schweden|Suède|Suecia|Svezia|Suécia|Zweden
SG SGP Singapore|Singapur|Singapour|Singapura|Cingapura|新加坡
SH SHN Saint Helena, Ascension and Tristan da Cunha|Saint Helena|St. Helena
SI SVN Slovenia|Slowenien|Slovénie|Eslovenia|Eslovênia|Eslovénia|Slovenië|Slovenija
SJ SJM Svalbard and Jan Mayen
SK SVK Slovakia|Slovak Republic|Slowakei|Slowakische Republik|Die Slowakei|Slovaquie|Eslovaquia|
    Slovacchia|Eslováquia|Slowakije|Slovensko
SL SLE Sierra Leone
SM SMR San Marino|Saint-Marin
SN SEN Senegal|Sénégal
SO SOM Somalia|Somalie
SR SUR Suriname|Surinam
SS SSD South Sudan|Südsudan|Soudan du Sud
ST STP Sao Tome and Principe|São Tomé and Príncipe|São Tomé e Príncipe
SV SLV El Salvador|Salvador
SX SXM Sint Maarten (Dutch part)|Sint Maarten
SY SYR Syrian Arab Republic|Syria|Syrien|Syrie|Siria|Síria|Syrië|سوريا
SZ SWZ Eswatini|Swaziland|Kingdom of Eswatini
TC TCA Turks and Caicos Islands|Turks & Caicos
TD TCD Chad|Tschad|Tchad|Chade|Ciad
TF ATF French Southern Territories
TG TGO Togo
TH THA Thailand|Thaïlande|Tailandia|Thailandia|Tailândia|ประเทศไทย|ไทย
TJ TJK Tajikistan|Tadschikistan|Tadjikistan|Tayikistán
TK TKL Tokelau
TL TLS Timor-Leste|East Timor
TM TKM Turkmenistan|Turkménistan
TN TUN Tunisia|Tunesien|Tunisie|Túnez|Tunísia|Tunesië|تونس
TO TON Tonga
TR TUR Türkiye|Turkey|Türkei|Die Türkei|Turquie|Turquía|Turchia|Turquia|Turkije
TT TTO Trinidad and Tobago|Trinidad & Tobago|Trinidad|Trinidad und Tobago|Trinidad y Tobago
TV TUV Tuvalu
TW TWN Taiwan, Province of China|Taiwan|Taiwan (Province of China)|Taïwan|Taiwán|台灣|台湾|
    Chinese Taipei|Republic of China
TZ TZA Tanzania, United Republic of|Tanzania|Tanzania (the United Republic of)|
    United Republic of Tanzania|Tansania|Tanzanie|Tanzânia
UA UKR Ukraine|Ucrania|Ucraina|Ucrânia|Oekraïne|Україна|Украина|The Ukraine
UG UGA Uganda|Ouganda|Oeganda
UM UMI United States Minor Outlying Islands
US USA United States of America|United States|U.S.|U.S.A.|US of A|America|The United States|
    The United States of America|Vereinigte Staaten|Vereinigte Staaten von Amerika|États-Unis|
    États-Unis d'Amérique|Estados Unidos|Estados Unidos de América|EE. UU.|EE.UU.|EEUU|EUA|
    Stati Uniti|Stati Uniti d'America|Estados Unidos da América|Verenigde Staten|
    Verenigde Staten van Amerika|アメリカ|美国
UY URY Uruguay|Uruguai
UZ UZB Uzbekistan|Usbekistan|Ouzbékistan|Uzbekistán|Oʻzbekiston|Uzbequistão|Oezbekistan
VA VAT Holy See|Vatican City|Vatican|Holy See (Vatican City State)|Vatikanstadt|Vaticano
VC VCT Saint Vincent and the Grenadines|St. Vincent and the Grenadines|St Vincent & the Grenadines
VE VEN Venezuela (Bolivarian Republic of)|Venezuela|Venezuela, Bolivarian Republic of
VG VGB Virgin Islands (British)|British Virgin Islands|Virgin Islands, British|BVI|
    Britische Jungferninseln
VI VIR Virgin Islands (U.S.)|U.S. Virgin Islands|US Virgin Islands|Virgin Islands, U.S.|
    Amerikanische Jungferninseln
VN VNM Viet Nam|Vietnam|Viêt Nam|Việt Nam|Vietnã|Vietname
VU VUT Vanuatu
WF WLF Wallis and Futuna
WS WSM Samoa
YE YEM Yemen|Jemen|Yémen|اليمن|Iêmen
YT MYT Mayotte
ZA ZAF South Africa|Republic of South Africa|RSA|Südafrika|Afrique du Sud|Sudáfrica|Sudafrica|
    África do Sul|Zuid-Afrika|Suid-Afrika
ZM ZMB Zambia|Sambia|Zambie
ZW ZWE Zimbabwe|Simbabwe|Zimbábue|Zimbabue
"""
"""Two letters, three letters, and names, the official English short name first."""

_SHORTER = frozenset("BN BO CD CG FK FM GB IR KP KR LA MD MF PS RU SX SY TW TZ US VE VG VI".split())
"""Those whose second name is the one that people use."""

_STATES = {
    "US": """AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|
    DE Delaware|DC District of Columbia|DC Washington DC|DC Washington D.C.|FL Florida|GA Georgia|
    HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|
    MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|
    NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|
    NY New York State|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|
    PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|
    UT Utah|VT Vermont|VA Virginia|WA Washington|WA Washington State|WV West Virginia|
    WI Wisconsin|WY Wyoming|AS American Samoa|GU Guam|MP Northern Mariana Islands|PR Puerto Rico|
    VI Virgin Islands|VI U.S. Virgin Islands|AA Armed Forces Americas|AE Armed Forces Europe|
    AP Armed Forces Pacific""",
    "CA": """AB Alberta|BC British Columbia|BC Colombie-Britannique|MB Manitoba|NB New Brunswick|
    NB Nouveau-Brunswick|NL Newfoundland and Labrador|NL Newfoundland|
    NL Terre-Neuve-et-Labrador|NS Nova Scotia|NS Nouvelle-Écosse|NT Northwest Territories|
    NT Territoires du Nord-Ouest|NU Nunavut|ON Ontario|PE Prince Edward Island|
    PE Île-du-Prince-Édouard|QC Quebec|SK Saskatchewan|YT Yukon|YT Yukon Territory""",
    "AU": """ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory|
    QLD Queensland|SA South Australia|TAS Tasmania|VIC Victoria|WA Western Australia""",
    "BR": """AC Acre|AL Alagoas|AP Amapá|AM Amazonas|BA Bahia|CE Ceará|DF Distrito Federal|
    ES Espírito Santo|GO Goiás|MA Maranhão|MT Mato Grosso|MS Mato Grosso do Sul|MG Minas Gerais|
    PA Pará|PB Paraíba|PR Paraná|PE Pernambuco|PI Piauí|RJ Rio de Janeiro|
    RN Rio Grande do Norte|RS Rio Grande do Sul|RO Rondônia|RR Roraima|SC Santa Catarina|
    SP São Paulo|SE Sergipe|TO Tocantins""",
    "MX": """AGU Aguascalientes|BCN Baja California|BCN Baja California Norte|
    BCS Baja California Sur|CAM Campeche|CHP Chiapas|CHH Chihuahua|CMX Ciudad de México|
    CMX Mexico City|CMX CDMX|CMX Distrito Federal|COA Coahuila|COA Coahuila de Zaragoza|
    COL Colima|DUR Durango|GUA Guanajuato|GRO Guerrero|HID Hidalgo|JAL Jalisco|MEX México|
    MEX Estado de México|MEX State of Mexico|MIC Michoacán|MIC Michoacán de Ocampo|MOR Morelos|
    NAY Nayarit|NLE Nuevo León|OAX Oaxaca|PUE Puebla|QUE Querétaro|ROO Quintana Roo|
    SLP San Luis Potosí|SIN Sinaloa|SON Sonora|TAB Tabasco|TAM Tamaulipas|TLA Tlaxcala|
    VER Veracruz|VER Veracruz de Ignacio de la Llave|YUC Yucatán|ZAC Zacatecas""",
    "IN": """AN Andaman and Nicobar Islands|AP Andhra Pradesh|AR Arunachal Pradesh|AS Assam|
    BR Bihar|CH Chandigarh|CG Chhattisgarh|CG CT|DH Dadra and Nagar Haveli and Daman and Diu|
    DL Delhi|DL NCT of Delhi|DL New Delhi|GA Goa|GJ Gujarat|HR Haryana|HP Himachal Pradesh|
    JK Jammu and Kashmir|JH Jharkhand|KA Karnataka|KL Kerala|LA Ladakh|LD Lakshadweep|
    MP Madhya Pradesh|MH Maharashtra|MN Manipur|ML Meghalaya|MZ Mizoram|NL Nagaland|OD Odisha|
    OD Orissa|OD OR|PB Punjab|PY Puducherry|PY Pondicherry|RJ Rajasthan|SK Sikkim|TN Tamil Nadu|
    TS Telangana|TS TG|TR Tripura|UP Uttar Pradesh|UK Uttarakhand|UK UT|UK Uttaranchal|
    WB West Bengal""",
    "DE": """BW Baden-Württemberg|BW Baden-Wuerttemberg|BY Bayern|BY Bavaria|BY Freistaat Bayern|
    BE Berlin|BB Brandenburg|HB Bremen|HB Freie Hansestadt Bremen|HH Hamburg|HE Hessen|HE Hesse|
    MV Mecklenburg-Vorpommern|NI Niedersachsen|NI Lower Saxony|NW Nordrhein-Westfalen|NW NRW|
    NW North Rhine-Westphalia|RP Rheinland-Pfalz|RP Rhineland-Palatinate|SL Saarland|SN Sachsen|
    SN Saxony|SN Freistaat Sachsen|ST Sachsen-Anhalt|ST Saxony-Anhalt|SH Schleswig-Holstein|
    TH Thüringen|TH Thueringen|TH Thuringia""",
    "CH": """AG Aargau|AG Argovie|AI Appenzell Innerrhoden|AR Appenzell Ausserrhoden|BE Bern|
    BE Berne|BL Basel-Landschaft|BL Basel-Land|BL Baselland|BS Basel-Stadt|FR Fribourg|FR Freiburg|
    GE Genève|GE Geneva|GE Genf|GL Glarus|GR Graubünden|GR Graubuenden|GR Grisons|GR Grigioni|
    JU Jura|LU Luzern|LU Lucerne|NE Neuchâtel|NE Neuenburg|NW Nidwalden|OW Obwalden|SG St. Gallen|
    SG Sankt Gallen|SH Schaffhausen|SO Solothurn|SZ Schwyz|TG Thurgau|TI Ticino|TI Tessin|UR Uri|
    VD Vaud|VD Waadt|VS Valais|VS Wallis|ZG Zug|ZH Zürich|ZH Zuerich""",
    "NL": """DR Drenthe|FL Flevoland|FR Fryslân|FR Friesland|GE Gelderland|GR Groningen|LI Limburg|
    NB Noord-Brabant|NB North Brabant|NH Noord-Holland|NH North Holland|OV Overijssel|UT Utrecht|
    ZE Zeeland|ZH Zuid-Holland|ZH South Holland""",
    "IT": """AG Agrigento|AL Alessandria|AN Ancona|AO Aosta|AR Arezzo|AP Ascoli Piceno|AT Asti|
    AV Avellino|BA Bari|BT Barletta-Andria-Trani|BL Belluno|BN Benevento|BG Bergamo|BI Biella|
    BO Bologna|BZ Bolzano|BZ Bozen|BZ Südtirol|BS Brescia|BR Brindisi|CA Cagliari|CL Caltanissetta|
    CB Campobasso|CE Caserta|CT Catania|CZ Catanzaro|CH Chieti|CO Como|CS Cosenza|CR Cremona|
    KR Crotone|CN Cuneo|EN Enna|FM Fermo|FE Ferrara|FI Firenze|FG Foggia|FC Forlì-Cesena|
    FR Frosinone|GE Genova|GO Gorizia|GR Grosseto|IM Imperia|IS Isernia|SP La Spezia|AQ L'Aquila|
    LT Latina|LE Lecce|LC Lecco|LI Livorno|LO Lodi|LU Lucca|MC Macerata|MN Mantova|
    MS Massa-Carrara|MT Matera|ME Messina|MI Milano|MO Modena|MB Monza e Brianza|NA Napoli|
    NO Novara|NU Nuoro|OR Oristano|PD Padova|PA Palermo|PR Parma|PV Pavia|PG Perugia|
    PU Pesaro e Urbino|PE Pescara|PC Piacenza|PI Pisa|PT Pistoia|PN Pordenone|PZ Potenza|PO Prato|
    RG Ragusa|RA Ravenna|RC Reggio Calabria|RC Reggio di Calabria|RE Reggio Emilia|
    RE Reggio nell'Emilia|RI Rieti|RN Rimini|RM Roma|RO Rovigo|SA Salerno|SS Sassari|SV Savona|
    SI Siena|SR Siracusa|SO Sondrio|SU Sud Sardegna|TA Taranto|TE Teramo|TR Terni|TO Torino|
    TP Trapani|TN Trento|TV Treviso|TS Trieste|UD Udine|VA Varese|VE Venezia|
    VB Verbano-Cusio-Ossola|VC Vercelli|VR Verona|VV Vibo Valentia|VI Vicenza|VT Viterbo""",
}
"""Country -> `CODE name` of its states: postal codes where there are some, else those of ISO 3166-2.

Italy has its provinces, as addresses name them. Countries whose codes are numbers that nobody
writes, such as Austria and Japan, are left out.
"""

_ELSEWHERE = frozenset("amazonas montana punjab victoria freiburg friesland jura limburg".split())
"""States whose name is also that of a province or a city of a country that is not listed."""

_FORM_OF_STATE = re.compile(r"^(?:\w+ ){0,3}(?:republic|kingdom|principality) of (?:the )?")

CODES = frozenset(re.findall("^[A-Z]{2}", _COUNTRIES, re.MULTILINE))
"""The 249 two-letter codes of ISO 3166-1."""


def code_of(name: str) -> str | None:
    """Return the two-letter code of a country's name, abbreviation or code; None if unknown."""
    written = name.strip()
    if len(written) == 2 and (code := written.upper()) in CODES:
        return code
    codes, key = _names()[0], _folded(written)
    return codes.get(key) or codes.get(_FORM_OF_STATE.sub("", key))


def name_of(code: str) -> str | None:
    """Return the English name that people use for a two-letter code; None if it is none."""
    return _names()[1].get(code.strip().upper())


def state_of(name: str, country: str | None = None) -> str | None:
    """Return the usual code of a state's name or code; None if it is not known.

    `country` is a two-letter code. Without one only a name counts that no other country, and no
    state of another one, shares.
    """
    key = _folded(name)
    if country:
        return _states().get(country.upper(), {}).get(key)
    if key in _ELSEWHERE or (len(key) > 3 and key in _names()[0]):
        return None
    found = {codes[key] for codes in _states().values() if key in codes}
    return found.pop() if len(found) == 1 else None


@cache
def _names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return folded name -> code, and code -> the name that people use."""
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for line in _COUNTRIES.replace("|\n    ", "|").strip().split("\n"):
        two, three, written = line.split(" ", 2)
        alike = written.split("|")
        names[two] = alike[two in _SHORTER]
        codes |= {_folded(name): two for name in (three, *alike)}
    return codes, names


@cache
def _states() -> Mapping[str, Mapping[str, str]]:
    """Return country -> folded name or code of a state -> its code."""
    found: dict[str, dict[str, str]] = {}
    for country, written in _STATES.items():
        pairs = [entry.strip().split(" ", 1) for entry in written.split("|")]
        names = {_folded(name): code for code, name in pairs}
        found[country] = {code.lower(): code for code, _ in pairs} | names
    return found


def _folded(name: str) -> str:
    """Return a name without case, accents, dots, other marks, and a leading `the`."""
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join([mark for mark in decomposed if not unicodedata.combining(mark)])
    words = re.sub(r"[\W_]+", " ", name.casefold().replace(".", "").replace("&", " and "))
    return words.strip().removeprefix("the ")
