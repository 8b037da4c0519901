"""The world the sample is made of: its countries, how all is called there, and what happens."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata
from bisect import bisect
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Word(NamedTuple):
    """A name as it is written, and in the letters and digits of an address, spaces between."""

    text: str
    latin: str


LATIN = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "ð": "d",
        "þ": "th",
        "'": "",
        "’": "",
    }
)
"""The letters that have no plain one inside; an apostrophe vanishes."""


class Person(NamedTuple):
    first: Word
    last: Word


class Weighted(Generic[T]):
    """Values of which some are picked more often than others."""

    def __init__(self, weights: dict[T, float]) -> None:
        self.values = tuple(weights)
        self._limits = list(itertools.accumulate(weights.values()))

    def pick(self, rng: random.Random) -> T:
        return self.values[bisect(self._limits, rng.random() * self._limits[-1])]


class Touch(NamedTuple):
    """A kind of activity, with what may be noted about it."""

    kind: str
    direction: str | None
    outcomes: tuple[str, ...]
    notes: tuple[str, ...]


class Culture(NamedTuple):
    """How people and companies are called; heads and tails are halves of a coined name."""

    given: tuple[Word, ...]
    family: tuple[Word, ...]
    trades: tuple[Word, ...]
    heads: tuple[Word, ...]
    tails: tuple[Word, ...]
    spaced: bool


class City(NamedTuple):
    name: str
    state: str
    postal_code: str
    phone: str


class Country(NamedTuple):
    code: str
    culture: Culture
    forms: tuple[str, ...]
    streets: tuple[str, ...]
    mobile: tuple[str, ...]
    cities: tuple[City, ...]


def word_of(written: str) -> Word:
    """Return a word of the tables: _ stands for a space, the Latin spelling follows a =."""
    text, _, latin = written.replace("_", " ").partition("=")
    plain = unicodedata.normalize("NFKD", (latin or text).casefold().translate(LATIN))
    return Word(text, " ".join(re.findall("[a-z0-9]+", plain.encode("ascii", "ignore").decode())))


def _words(table: str) -> tuple[Word, ...]:
    return tuple(word_of(written) for written in table.split())


HEADS = """Alt Amber Bel Blue Bright Cedar Clear Delta Ever Fair Glen Green Harbour Helio High
    Iron Kings Lake Lumi Maple Nord North Nova Oak Orbi Pine Quick River Silver Solar Stone Sun
    Swift Terra True Vita West Wind"""
TAILS = """bridge brook crest dale field ford gate grid haven lane line loop mark mill point ridge
    side stead ton via view vale well wick works yard"""
TRADES = """Analytics Bakery Build Care Ceramics Consulting Dental Energy Foods Freight Hotels
    Insurance Instruments Labs Legal Logistics Media Mobility Optics Packaging Print Robotics
    Software Textiles Tools Travel"""


def _culture(
    given: str,
    family: str,
    trades: str = TRADES,
    heads: str = HEADS,
    tails: str = TAILS,
    spaced: bool = True,
) -> Culture:
    return Culture(
        _words(given), _words(family), _words(trades), _words(heads), _words(tails), spaced
    )


ENGLISH = _culture(
    """Abigail Amelia Blake Caleb Charlotte Chloe Daniel Declan Eleanor Ethan Gemma Grace Harriet
    Harvey Hazel Imogen Isaac Ivy Jasmine Joel Kieran Leah Liam Lydia Marcus Mary-Ann Megan Miles
    Naomi Nora Oliver Owen Phoebe Priya Rhys Ruby Siobhán Theo Tomasz Violet Wesley Yasmin""",
    """Ashworth Barker Bennett Brennan Carter Cho Cooper D'Souza Ellery Fitzgerald Foster Gallagher
    Haddad Hale Hayes Hollis Hughes Iqbal Kaur Keating Lockwood MacLeod Marsh McAllister Moss
    Murphy Nash O'Neill O’Brien Okafor Patel Pemberton Quinn Reyes Sutton Tran Underwood Vance
    Walker Ward Whitfield Young""",
)
GERMAN = _culture(
    """Anke Anneliese Björn Claudia Dörte Emre Felix Franziska Friederike Günter Hans-Peter Heike
    Ingrid Jan Jürgen Karin Klaus Lena Lukas Matthias Monika Nils Petra Rüdiger Sabine Sören
    Stefan Ute Wolfgang""",
    """Albrecht Bäcker Bergmann Brandt Dietrich Ehrlich Fuchs Gärtner Groß Hartmann Hofstätter
    Jäger Kaiser Köhler Krüger Lindner Maier Müller Neumann Öztürk Pfeiffer Schäfer Schröder Seidel
    Strauß Vogel von_der_Heide Weiß Wójcik Zimmermann""",
    """Anlagenbau Bau Druck Elektronik Energie Feinkost Fördertechnik Getränke Handel Holzbau
    Immobilien Kältetechnik Logistik Maschinenbau Medizintechnik Möbel Optik Pflege Reisen Software
    Spedition Steuerberatung Verlag Werkzeuge""",
)
FRENCH = _culture(
    """Adèle Aïcha Antoine Benoît Camille Cécile Chloé Édouard Élodie Émile Fabrice François
    Gaëlle Hélène Inès Jean-Luc Jérôme Léa Loïc Maëlle Mathieu Noémie Océane Raphaël Rémi Thaïs
    Thibault Zoé""",
    """Arnaud Beauchêne Bélanger Benali Chevalier Collet D'Aubigny de_la_Tour Delacroix Dubois
    Faure Fontaine Garnier Girard Hébert L'Hostis Lefèvre Lemoine Marchand Mercier Morel N'Diaye
    Perrin Prévost Renaud Roche Tremblay Vasseur""",
    """Boulangerie Bureautique Chimie Conseil Construction Édition Emballages Énergie Hôtellerie
    Immobilier Informatique Logistique Mécanique Menuiserie Optique Santé Textiles Transports
    Viticulture Voyages""",
)
DUTCH = _culture(
    """Anouk Bart Daan Eva Femke Floor Gijs Hanneke Iris Jeroen Joost Karlijn Lotte Maarten Marijke
    Niels Noor Pieter Roos Ruben Sanne Sjoerd Stijn Thijs Wouter""",
    """Bakker Claes de_Boer de_Vries Dekker Hendriks Janssens Kuipers Maes Mulder Peeters Smit
    't_Hart ten_Brink van_Dijk van_den_Heuvel van_der_Berg Verhoeven Visser Wouters""",
    """Advies Bloemen Bouw Drukkerij Energie Groothandel Installatie Logistiek Machines Media
    Scheepvaart Software Techniek Transport Verpakking Zorg Zuivel""",
)
SPANISH = _culture(
    """Alejandro Álvaro Begoña Carmen Concepción Damián Elena Fermín Inés Íñigo Itziar Javier
    Joaquín José_María Lucía Luz Marisol Martín Nuria Óscar Paloma Ramón Rocío Sebastián Sofía
    Tomás Verónica Ximena""",
    """Alonso Benítez Castillo Cortés de_la_Fuente del_Río Domínguez Echeverría Fernández Gálvez
    García_Lorente Herrera Ibáñez Jiménez Lozano Méndez Muñoz Núñez Ordóñez Peña Quiroga Ríos
    Salazar Sepúlveda Téllez Urrutia Vázquez Zúñiga""",
    """Aceites Alimentos Cerámica Comercial Consultores Cosméticos Diseño Electrónica Energía
    Hoteles Ingeniería Inmobiliaria Jardines Logística Maquinaria Muebles Salud Seguros Sistemas
    Textil Transportes Viajes""",
)
PORTUGUESE = _culture(
    """Adriana Afonso Álvaro Antônio Beatriz Caetano Célia Conceição Débora Estêvão Fábio Graça
    Helena Inácio Joana João Júlia Leandro Luísa Márcio Otávio Rosângela Sílvia Tiago Vítor""",
    """Abreu Assunção Barbosa Brandão Cardoso Conceição da_Costa de_Araújo do_Vale Fagundes
    Figueiredo Gonçalves Guimarães Leitão Lourenço Magalhães Moura Neves Paixão Pimenta Queirós
    Sequeira Simões Teles Xavier""",
    """Alimentos Calçados Cerâmica Comércio Consultoria Construções Cortiça Energia Informática
    Logística Máquinas Móveis Papel Saúde Seguros Têxtil Transportes Turismo Vinhos""",
)
ITALIAN = _culture(
    """Alessia Andrea Beatrice Bruno Chiara Cosimo Donatella Elisa Fabrizio Federica Gaetano
    Ginevra Giosuè Ilaria Lorenzo Ludovica Matteo Niccolò Noemi Ottavia Pietro Rosalba Silvio
    Tommaso Viola""",
    """Bellini Caruso Colombo Conti D'Angelo Dall'Olio De_Santis Esposito Ferrara Galli Greco
    Lombardi Lo_Presti Marchetti Moretti Nicolò Pellegrini Ricci Rinaldi Sartori Serra Valentini
    Villa Zanetti""",
    """Alimentari Arredi Calzature Ceramiche Consulenze Costruzioni Edilizia Energia Impianti
    Informatica Logistica Meccanica Moda Ottica Salumi Tessuti Trasporti Viaggi Vini""",
)
NORDIC = _culture(
    """Agnes Åsa Aino Björn Ebba Eero Elin Emil Freja Göran Håkon Ingeborg Jonas Jørgen Kaarina
    Karl-Erik Lærke Linnéa Magnus Mikko Morten Oskar Päivi Rasmus Runa Signe Søren Tove Väinö
    Ylva""",
    """Ahlgren Åkesson Bakke Bergström Christensen Dahl Ekström Fjeld Friis Hämäläinen Haugen Holm
    Hyvönen Johansson Kjær Korhonen Lindqvist Lund Mäkinen Nørgaard Nyström Østby Rosenlund
    Sandvik Sjöberg Solberg Sørensen Thorvaldsen Virtanen Wallin""",
    """Analys Bygg Data Design Energi Fisk Foto Hotell Konsult Logistik Marin Media Medicin Metall
    Möbler Optik Papper Sport Teknik Textil Transport Trä""",
)
POLISH = _culture(
    """Agnieszka Bartłomiej Bożena Celina Dorota Elżbieta Filip Grażyna Hanna Ireneusz Jadwiga
    Kacper Łukasz Małgorzata Michał Oliwia Paweł Radosław Stanisław Tadeusz Wiesław Zofia""",
    """Adamczyk Błaszczyk Chmielewska Dąbrowski Głowacki Górska Jabłoński Kaczmarek Kowalczyk
    Krawiec Lis Łuczak Mróz Nowicka Ostrowski Piątek Ślusarczyk Wąsik Wróbel Zając Żak""",
    """Budowa Drewno Druk Elektronika Energia Finanse Instalacje Logistyka Łożyska Maszyny Meble
    Meblarstwo Narzędzia Ogrody Opakowania Piekarnia Transport Zdrowie""",
)
CZECH = _culture(
    """Alžběta Bohumil Čeněk Dana Eliška František Hynek Iveta Jiří Kateřina Libuše Lukáš Markéta
    Miloš Ondřej Růžena Šárka Tereza Václav Zdeněk""",
    """Beneš Čermák Dvořáková Fiala Hájek Horáček Jelínková Kučera Kříž Machová Němec Pokorný
    Procházka Růžičková Říha Svobodová Šimek Vaněk Zelený Žáková""",
    """Doprava Dřevo Elektro Energie Keramika Kovo Logistika Nábytek Nástroje Obaly Optika Pekárna
    Pivovar Sklo Software Stavby Strojírny Tisk""",
)
GREEK = _culture(
    """Αλέξανδρος=alexandros Γιώργος=giorgos Δήμητρα=dimitra Ελένη=eleni Κώστας=kostas
    Μαρία=maria Νίκος=nikos Σοφία=sofia Φωτεινή=foteini Χρήστος=christos""",
    """Αγγελίδης=angelidis Βλάχος=vlachos Γεωργίου=georgiou Δημητρίου=dimitriou Καρράς=karras
    Λάμπρου=lamprou Μακρής=makris Νικολάου=nikolaou Παππάς=pappas Σταύρου=stavrou""",
)
TURKISH = _culture(
    """Ayşe Barış Çağla Deniz Doğan Ebru Elif Emine Gökhan Gül Hülya İbrahim Işıl Kerem Mehmet
    Nazlı Oğuz Özlem Pınar Selçuk Şebnem Tuğba Ümit Yiğit Zeynep""",
    """Aydın Bozkurt Çelik Çetin Demir Doğan Erdoğdu Güneş İnce Kaplan Karaca Kılıç Koç Öztürk Polat
    Sarı Şahin Taş Tunç Uçar Ünal Yavuz Yıldız Yılmaz""",
    """Ambalaj Bilişim Boya Çelik Danışmanlık Deri Elektrik Enerji Gıda Halı Kimya Lojistik Makine
    Mobilya Otomotiv Plastik Seramik Tekstil Turizm""",
)
ARABIC = _culture(
    """Abdullah Aisha Faisal Fatima Hamad Hessa Khalid Latifa Mariam Noura Omar Rashid Salma
    Sultan محمد=mohammed نورة=noura خالد=khalid Youssef Zainab""",
    """Al-Amiri Al-Farsi Al-Hashimi Al-Mansoori Al-Nuaimi Al-Suwaidi El-Masry Haddad Hamdan Karim
    Nasser Qasim الحداد=alhaddad المنصور=almansour Saleh Sharif Tahan""",
)
INDIAN = _culture(
    """Aarav Aditi Ananya Arjun Deepika Divya Gurpreet Harish Ishaan Kavya Lakshmi Meera Mohammed
    Nandini Nikhil Pooja Rahul Ravi Rohan Sai Sanjay Shreya Sunita Tanvi Vikram""",
    """Agarwal Banerjee Bhatt Chatterjee Chowdhury D'Souza Desai Fernandes Ghosh Gupta Iyer Joshi
    Kapoor Krishnan Kulkarni Menon Mehta Nair Patil Rao Reddy Sharma Sheikh Subramaniam Verma""",
)
AFRICAN = _culture(
    """Abena Adaeze Amahle Babajide Bongani Chidi Chiamaka Folake Ifeoma Johan Kagiso Karabo
    Lerato Liesl Ngozi Nomvula Oluwaseun Pieter Sibusiso Sipho Temitope Thandiwe Tunde Zanele""",
    """Abiodun Adeyemi Balogun Botha Dlamini Du_Plessis Eze Ibeh Khumalo Mabaso Mokoena Naidoo
    Ncube Ndlovu Nkosi Nwachukwu Nwosu Okonkwo Oyelaran Pillay Sithole Steyn van_der_Merwe Zulu""",
)
VIETNAMESE = _culture(
    """Anh Bảo Chi Dũng Đức Giang Hạnh Hiếu Hoa Hương Khánh Lan Linh Mai_Phương Minh Ngọc
    Phúc Quân Quỳnh Tâm Thảo Trang Tuấn Yến""",
    """Bùi Cao Đặng Đinh Đỗ Dương Hồ Hoàng Huỳnh Lê Lương Lý Mai Ngô Nguyễn Phạm Phan Tạ Trần
    Trịnh Trương Võ Vũ""",
)
JAPANESE = _culture(
    """愛=ai 彩花=ayaka 大輔=daisuke 恵美=emi 花子=hanako 陽斗=haruto 浩=hiroshi 健太=kenta
    真由美=mayumi 直樹=naoki 凛=rin さくら=sakura 翔=sho 拓也=takuya 結衣=yui 優子=yuko""",
    """安藤=ando 藤井=fujii 後藤=goto 原田=harada 橋本=hashimoto 井上=inoue 石川=ishikawa
    加藤=kato 木村=kimura 森=mori 村上=murakami 中島=nakajima 小川=ogawa 斎藤=saito 佐々木=sasaki
    高橋=takahashi 田中=tanaka 和田=wada 山田=yamada 吉田=yoshida""",
    """物流=butsuryu 電機=denki 不動産=fudosan 技研=giken 醸造=jozo 化学=kagaku 建設=kensetsu
    工業=kogyo 機械=kikai 製作所=seisakusho 商事=shoji 食品=shokuhin""",
    """青=ao 秋=aki 富士=fuji 春=haru 東=higashi 光=hikari 北=kita 松=matsu 緑=midori 南=minami
    西=nishi 桜=sakura 白=shiro 若=waka""",
    """川=kawa 木=ki 丘=oka 島=shima 空=sora 田=ta 谷=tani 浦=ura 山=yama 屋=ya""",
    spaced=False,
)
CHINESE = _culture(
    """芳=fang 国强=guoqiang 海燕=haiyan 建华=jianhua 静=jing 丽娜=lina 明=ming 秀英=xiuying
    伟=wei 文杰=wenjie 小龙=xiaolong 晓梅=xiaomei 雪=xue 一诺=yinuo 宇轩=yuxuan 志远=zhiyuan""",
    """陈=chen 邓=deng 冯=feng 高=gao 郭=guo 何=he 黄=huang 李=li 梁=liang 林=lin 刘=liu 欧阳=ouyang
    孙=sun 王=wang 吴=wu 谢=xie 徐=xu 杨=yang 张=zhang 周=zhou""",
    """电子=dianzi 纺织=fangzhi 服装=fuzhuang 国际=guoji 环保=huanbao 机械=jixie 建材=jiancai
    科技=keji 贸易=maoyi 食品=shipin 物流=wuliu 医疗=yiliao""",
    """安=an 长=chang 东=dong 丰=feng 光=guang 海=hai 宏=hong 华=hua 金=jin 明=ming 瑞=rui 天=tian
    新=xin 远=yuan""",
    """博=bo 达=da 福=fu 和=he 康=kang 利=li 隆=long 盛=sheng 泰=tai 通=tong 兴=xing 源=yuan""",
    spaced=False,
)
KOREAN = _culture(
    """도윤=doyun 은지=eunji 하은=haeun 현우=hyunwoo 지훈=jihoon 지민=jimin 민서=minseo 민준=minjun
    서연=seoyeon 수빈=subin 유진=yujin 영호=youngho""",
    """안=an 배=bae 최=choi 한=han 황=hwang 임=im 장=jang 정=jeong 강=kang 김=kim 이=lee
    남궁=namgung 박=park 서=seo 송=song 윤=yoon""",
    """전자=jeonja 건설=geonseol 물산=mulsan 물류=mullyu 바이오=bio 식품=sikpum 소프트=soft
    산업=saneop 화학=hwahak 기계=gigye""",
    """가람=garam 나래=narae 누리=nuri 다온=daon 라온=raon 미르=mir 새벽=saebyeok 아라=ara
    하늘=haneul 한빛=hanbit""",
    """솔=sol 샘=saem 벗=beot 터=teo 길=gil 뜰=tteul 별=byeol 숲=sup""",
    spaced=False,
)


def _country(
    code: str, culture: Culture, forms: str, streets: str, mobile: str, cities: str
) -> Country:
    """Return a country from its table; a city has its state, postal code and telephone pattern."""
    return Country(
        code,
        culture,
        tuple(forms.split("|")),
        tuple(streets.split("|")),
        tuple(mobile.split("|")),
        tuple(City(*line.strip().split("|")) for line in cities.strip().splitlines()),
    )


COUNTRIES = Weighted(
    {
        _country(
            "US",
            ENGLISH,
            "{}, Inc.|{} LLC|{} Corp.|{} Co.|{}, LP",
            "{n} Main St|{n} W Elm Ave, Suite 4|{n} Oak Blvd|P.O. Box {n}",
            "+1 (332) 555-01##|+1 (628) 555-01##|+1 (945) 555-01##|+1 (564) 555-01##",
            """Boston|MA|021##|+1 (617) 555-01##
            Newark|NJ|071##|+1 (973) 555-01##
            Hartford|CT|061##|+1 (860) 555-01##
            Portland|ME|041##|+1 (207) 555-01##
            New York|NY|100##|+1 (212) 555-01##
            Atlanta|GA|303##|+1 (404) 555-01##
            Chicago|IL|606##|+1 (312) 555-01##
            Austin|TX|787##|+1 (512) 555-01##
            Denver|CO|802##|+1 (303) 555-01##
            Seattle|WA|981##|+1 (206) 555-01##
            San Francisco|CA|941##|+1 (415) 555-01##
            Miami|FL|331##|+1 (305) 555-01##""",
        ): 15,
        _country(
            "DE",
            GERMAN,
            "{} GmbH|{} AG|{} GmbH & Co. KG|{} e.K.|{} UG (haftungsbeschränkt)|{} OHG",
            "Hauptstraße {n}|Am Markt {n}|Bahnhofstr. {n}|Gewerbepark Süd {n}a",
            "+49 171 39200 ##|+49 176 040690 ##",
            """Berlin||10###|+49 30 23125 ###
            Dresden|Sachsen|01###|+49 351 5550 ####
            Frankfurt am Main|Hessen|60###|+49 69 90009 ###
            Hamburg||20###|+49 40 66969 ###
            Köln|Nordrhein-Westfalen|50###|+49 221 4710 ###
            Leipzig|Sachsen|04###|+49 341 5550 ####
            München|Bayern|80###|+49 89 99998 ###""",
        ): 13,
        _country(
            "GB",
            ENGLISH,
            "{} Ltd|{} PLC|{} LLP|{} Limited",
            "{n} High Street|Unit {n}, Mill Lane|{n} St. Mary's Road",
            "+44 7700 900###",
            """London||EC#A #@@|+44 20 7946 0###
            Birmingham||B## #@@|+44 121 496 0###
            Bristol||BS# #@@|+44 117 496 0###
            Edinburgh|Scotland|EH# #@@|+44 131 496 0###
            Glasgow|Scotland|G# #@@|+44 141 496 0###
            Leeds||LS# #@@|+44 113 496 0###
            Manchester||M# #@@|+44 161 496 0###""",
        ): 10,
        _country(
            "FR",
            FRENCH,
            "{} S.A.|{} SARL|{} SAS|{} EURL",
            "{n}, rue de la République|{n} bis, avenue Foch|{n}, place de l'Église",
            "+33 6 39 98 ## ##",
            """Paris||750##|+33 1 99 00 ## ##
            Bordeaux||33###|+33 5 36 49 ## ##
            Bourg-en-Bresse||01###|+33 4 65 71 ## ##
            Nantes||44###|+33 2 61 91 ## ##
            Nice||06###|+33 4 65 71 ## ##
            Strasbourg||67###|+33 3 53 01 ## ##""",
        ): 8,
        _country(
            "IN",
            INDIAN,
            "{} Pvt. Ltd.|{} Private Limited|{} LLP",
            "{n}, M.G. Road|Plot No. {n}, Phase II|{n}/2 Station Road",
            "+91 98### #####|+91 70### #####",
            """Bengaluru|Karnataka|5600##|+91 80 4### ####
            Chennai|Tamil Nadu|6000##|+91 44 4### ####
            Mumbai|Maharashtra|4000##|+91 22 4### ####
            New Delhi|Delhi|1100##|+91 11 4### ####""",
        ): 6,
        _country(
            "NL",
            DUTCH,
            "{} B.V.|{} N.V.|{} V.O.F.",
            "Keizersgracht {n}|Dorpsstraat {n}-II|Industrieweg {n}",
            "+31 6 5### ####",
            """Amsterdam|Noord-Holland|10## @@|+31 20 5## ####
            Eindhoven|Noord-Brabant|56## @@|+31 40 5## ####
            Rotterdam|Zuid-Holland|30## @@|+31 10 5## ####
            's-Hertogenbosch|Noord-Brabant|52## @@|+31 73 5## ####""",
        ): 5,
        _country(
            "ES",
            SPANISH,
            "{} S.L.|{} S.A.|{} S.L.U.",
            "Calle Mayor, {n}|Avda. de la Constitución, {n}, 3º B|Plaza España {n}",
            "+34 655 ## ## ##",
            """Madrid||280##|+34 91 555 ## ##
            Barcelona||080##|+34 93 555 ## ##
            Vitoria-Gasteiz|Álava|010##|+34 945 55 ## ##
            Alicante||030##|+34 965 55 ## ##""",
        ): 4,
        _country(
            "IT",
            ITALIAN,
            "{} S.p.A.|{} S.r.l.|{} S.n.c.",
            "Via Roma, {n}|Corso Garibaldi {n}/A|Piazza Duomo, {n}",
            "+39 355 55# ####",
            """Roma|RM|001##|+39 06 555 ####
            Milano|MI|201##|+39 02 555 ####
            Perugia|PG|061##|+39 075 555 ####
            Cagliari|CA|091##|+39 070 555 ####""",
        ): 4,
        _country(
            "AT",
            GERMAN,
            "{} GmbH|{} AG|{} OG|{} KG",
            "Ringstraße {n}|Kärntner Straße {n}/3|Schloßgasse {n}",
            "+43 660 555####",
            """Wien||10#0|+43 1 555 ####
            Graz|Steiermark|80##|+43 316 555###
            Linz|Oberösterreich|40##|+43 732 555###""",
        ): 3,
        _country(
            "CH",
            GERMAN,
            "{} AG|{} GmbH|{} SA|{} Sàrl",
            "Bahnhofstrasse {n}|Rue du Lac {n}|Seeweg {n}",
            "+41 79 555 ## ##",
            """Zürich|ZH|80##|+41 44 555 ## ##
            Bern|BE|30##|+41 31 555 ## ##
            Genève|GE|12##|+41 22 555 ## ##""",
        ): 3,
        _country(
            "CA",
            ENGLISH,
            "{} Inc.|{} Ltd.|{} Ltée",
            "{n} King St W|{n}, boul. Saint-Laurent|{n} Granville St",
            "+1 (437) 555-01##|+1 (236) 555-01##",
            """Toronto|ON|M5@ #@#|+1 (416) 555-01##
            Montréal|QC|H2@ #@#|+1 (514) 555-01##
            Vancouver|BC|V6@ #@#|+1 (604) 555-01##""",
        ): 3,
        _country(
            "BR",
            PORTUGUESE,
            "{} Ltda.|{} S.A.|{} ME",
            "Rua das Flores, {n}|Av. Paulista, {n} - Sala 12|Travessa do Comércio, {n}",
            "+55 11 9#### ####|+55 21 9#### ####",
            """São Paulo|SP|01###-###|+55 11 3### ####
            Santos|SP|11###-###|+55 13 3### ####
            Rio de Janeiro|RJ|20###-###|+55 21 3### ####""",
        ): 3,
        _country(
            "SE",
            NORDIC,
            "{} AB|{} HB|{} Aktiebolag",
            "Storgatan {n}|Kungsgatan {n} B|Hamngatan {n}",
            "+46 70 174 06 ##",
            """Stockholm||11# ##|+46 8 465 004 ##
            Göteborg||41# ##|+46 31 390 06 ##
            Malmö||21# ##|+46 40 628 04 ##""",
        ): 3,
        _country(
            "PL",
            POLISH,
            "{} Sp. z o.o.|{} S.A.|{} Sp.k.",
            "ul. Długa {n}|al. Jerozolimskie {n}/7|ul. Źródlana {n}",
            "+48 555 ### ###",
            """Warszawa|mazowieckie|00-###|+48 22 555 ## ##
            Kraków|małopolskie|30-###|+48 12 555 ## ##
            Łódź|łódzkie|90-###|+48 42 555 ## ##""",
        ): 3,
        _country(
            "JP",
            JAPANESE,
            "株式会社{}|{}株式会社|有限会社{}|{}合同会社",
            "中央区銀座{n}丁目|北区中央{n}-2-1",
            "+81 90 5### ####",
            """東京|東京都|10#-00##|+81 3 55## ####
            札幌|北海道|060-00##|+81 11 55# ####
            大阪|大阪府|53#-00##|+81 6 55## ####""",
        ): 3,
        _country(
            "CN",
            CHINESE,
            "{}有限公司|{}股份有限公司|{}集团",
            "中山路{n}号|人民大道{n}号",
            "+86 138 #### ####|+86 159 #### ####",
            """上海|上海市|2000##|+86 21 55## ####
            深圳|广东省|5180##|+86 755 55## ####
            呼和浩特|内蒙古|0100##|+86 471 555 ####""",
        ): 3,
        _country(
            "AU",
            ENGLISH,
            "{} Pty Ltd|{} Limited",
            "{n} George Street|Level 3, {n} Collins St",
            "+61 491 570 ###",
            """Sydney|NSW|20##|+61 2 5550 ####
            Melbourne|VIC|30##|+61 3 5550 ####
            Darwin|NT|08##|+61 8 7010 ####""",
        ): 3,
        _country(
            "BE",
            DUTCH,
            "{} BV|{} NV|{} SRL",
            "Kerkstraat {n}|Rue Haute {n}|Meir {n} bus 2",
            "+32 470 55 ## ##",
            """Antwerpen||20##|+32 3 555 ## ##
            Bruxelles||10##|+32 2 555 ## ##
            Gent||90##|+32 9 255 ## ##""",
        ): 2,
        _country(
            "MX",
            SPANISH,
            "{} S.A. de C.V.|{} S. de R.L.",
            "Av. Insurgentes {n}|Calle Hidalgo {n}, Int. 5",
            "+52 55 5555 ####",
            """Ciudad de México|CDMX|06###|+52 55 5555 ####
            Monterrey|Nuevo León|64###|+52 81 5555 ####
            Guadalajara|Jalisco|44###|+52 33 5555 ####""",
        ): 2,
        _country(
            "DK",
            NORDIC,
            "{} A/S|{} ApS|{} I/S",
            "Nørregade {n}|Vestergade {n}, 2. tv.|Strandvejen {n}",
            "+45 50 55 ## ##",
            """København||1###|+45 35 55 ## ##
            Frederiksberg||0###|+45 38 55 ## ##
            Aarhus||8###|+45 86 55 ## ##""",
        ): 2,
        _country(
            "NO",
            NORDIC,
            "{} AS|{} ASA|{} ANS",
            "Storgata {n}|Sjøgata {n} B",
            "+47 955 5# ###",
            """Oslo||01##|+47 22 55 ## ##
            Bergen||50##|+47 55 55 ## ##
            Tromsø||90##|+47 77 55 ## ##""",
        ): 2,
        _country(
            "FI",
            NORDIC,
            "{} Oy|{} Oyj|{} Ky",
            "Mannerheimintie {n}|Hämeenkatu {n} A 5",
            "+358 50 555 ####",
            """Helsinki||00##0|+358 9 555 ####
            Espoo||02##0|+358 9 555 ####
            Tampere||33##0|+358 3 555 ####""",
        ): 2,
        _country(
            "PT",
            PORTUGUESE,
            "{}, Lda.|{}, S.A.|{} Unipessoal Lda.",
            "Rua Augusta, {n}, 2.º Esq.|Av. da Liberdade {n}",
            "+351 91 555 ####",
            """Lisboa||10##-0##|+351 21 555 ####
            Porto||40##-0##|+351 22 555 ####""",
        ): 2,
        _country(
            "IE",
            ENGLISH,
            "{} Ltd|{} DAC|{} Teoranta",
            "{n} O'Connell Street|{n} Shop Street",
            "+353 20 91# ####",
            """Dublin||D0# @#@#|+353 20 91# ####
            Cork||T12 @#@#|+353 20 91# ####""",
        ): 2,
        _country(
            "CZ",
            CZECH,
            "{} s.r.o.|{} a.s.|{} v.o.s.",
            "Náměstí Míru {n}|Dlouhá {n}/12|U Řeky {n}",
            "+420 755 5## ###",
            """Praha||110 0#|+420 255 5## ###
            Brno||602 0#|+420 545 5## ###""",
        ): 2,
        _country(
            "TR",
            TURKISH,
            "{} A.Ş.|{} Ltd. Şti.",
            "Atatürk Caddesi No: {n}|Bağdat Cad. {n}/5",
            "+90 555 ### ## ##",
            """İstanbul||34###|+90 212 555 ## ##
            Ankara||06###|+90 312 555 ## ##
            İzmir||35###|+90 232 555 ## ##""",
        ): 2,
        _country(
            "KR",
            KOREAN,
            "(주){}|{} 주식회사|㈜{}",
            "테헤란로 {n}|중앙대로 {n}번길 7",
            "+82 10 5### ####",
            """서울||04###|+82 2 555 ####
            부산||48###|+82 51 555 ####""",
        ): 2,
        _country(
            "ZA",
            AFRICAN,
            "{} (Pty) Ltd|{} CC",
            "{n} Long Street|{n} Church Street",
            "+27 82 555 ####",
            """Cape Town|Western Cape|80##|+27 21 555 ####
            Pretoria|Gauteng|00##|+27 12 555 ####
            Johannesburg|Gauteng|20##|+27 11 555 ####""",
        ): 2,
        _country(
            "NG",
            AFRICAN,
            "{} Ltd|{} Nigeria PLC",
            "{n} Broad Street|Plot {n}, Airport Road",
            "+234 803 555 ####",
            """Lagos|Lagos|10####|+234 1 255 ####
            Abuja|FCT|90####|+234 9 255 ####""",
        ): 1,
        _country(
            "AE",
            ARABIC,
            "{} LLC|{} FZ-LLC|{} FZE",
            "Sheikh Zayed Road {n}|Al Wasl Road, Villa {n}",
            "+971 50 555 ####",
            """Dubai||00000|+971 4 355 ####
            Abu Dhabi||00000|+971 2 655 ####""",
        ): 1,
        _country(
            "GR",
            GREEK,
            "{} A.E.|{} Ε.Π.Ε.|{} I.K.E.",
            "Οδός Ερμού {n}|Λεωφ. Συγγρού {n}",
            "+30 695 555 ####",
            """Αθήνα||10# ##|+30 21 0555 ####
            Θεσσαλονίκη||54# ##|+30 231 055 ####""",
        ): 1,
        _country(
            "VN",
            VIETNAMESE,
            "Công ty TNHH {}|Công ty CP {}",
            "{n} Lê Lợi|Số {n}, phố Huế",
            "+84 90 555 ####",
            """Hà Nội||10####|+84 24 3555 ####
            Đà Nẵng||55####|+84 236 355 ####""",
        ): 1,
    }
)

AWKWARD_NAMES = tuple(
    Person(*map(word_of, written.split("|")))
    for written in (
        "Conor|O’Brien",
        "Conor|O'Brien",
        "Zoë|Núñez",
        "Jürgen|Müller",
        "小龙=xiaolong|李=li",
        "Maud|van_der_Berg",
        "José_María|de_la_Cruz_y_Ortiz",
        "Thị_Ngọc|Nguyễn",
        "Gia|D'Angelo",
        "|Sulastri",
        "J.|B.",
        "Anne-Sophie|Müller-Weiß-Hohenfels",
        "Null|Nullman",
        "Mary_Ann|St._John-Smythe",
        "Sinéad|Ní_Dhomhnaill",
        "Bjørn_Åge|Øksnes",
        "Ng|Ng",
        "María_del_Carmen|Piñeiro_Güell",
        "Þóra|Æsudóttir",
        "[Mo]|Brackett",
        "Robert|Tables_Jr.",
        "Łucja|Źdźbłowska",
        "True|Falsetto",
        "الياس=elias|مراد=murad",
        "Maximiliana_Theodora_Wilhelmina|von_und_zu_Rabenfels-Breitenau",
    )
)
"""Names that programs stumble over."""

AWKWARD_COMPANIES = (
    ("Crème & Fils", "creme-fils", "FR"),
    ("Queen's Foods Ltd", "queens-foods", "GB"),
    ("Queen’s Gate Hotels Ltd", "queens-gate-hotels", "GB"),
    ('Hale, Moss & "The Yard", Inc.', "hale-moss-the-yard", "US"),
    ("株式会社 青空", "aozora", "JP"),
    ("=Equal Partners LLC", "equal-partners", "US"),
    ("+Plus Pflege GmbH", "plus-pflege", "DE"),
    ("-1 Grad Kältetechnik AG", "minus-1-grad", "CH"),
    ("@Home Interieur B.V.", "at-home-interieur", "NL"),
    ("[Bracket] Studio Ltd", "bracket-studio", "GB"),
    ("Łódź Meble Sp. z o.o.", "lodz-meble", "PL"),
    ("Tisch; Stuhl | Bank OHG", "tisch-stuhl-bank", "DE"),
    ("100% Natural S.L.", "100-natural", "ES"),
)
"""Companies that programs stumble over: name, domain without .example, country."""

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
LONGEST_LOCAL = 60
"""Characters before the @, so that some digits behind them fit into the 64 of an address."""
LOCAL_PARTS = ("{first}.{last}", "{first}.{last}", "{f}.{last}", "{first}", "{f}{last}", "{last}")
FREE_MAIL = Weighted(
    {
        "gmail.com": 50,
        "outlook.com": 10,
        "yahoo.com": 10,
        "hotmail.com": 8,
        "gmx.de": 8,
        "web.de": 5,
        "icloud.com": 5,
        "orange.fr": 2,
        "libero.it": 2,
    }
)
SENIOR_TITLES = (
    "CEO",
    "Chief Financial Officer",
    "Chief Operating Officer",
    "CTO",
    "Director of Operations",
    "Founder",
    "Head of IT",
    "Head of Procurement",
    "Managing Director",
    "Owner",
    "President",
    "Sales Director",
    "VP Marketing",
    "VP Sales",
)
OTHER_TITLES = (
    "Account Manager",
    "Accountant",
    "Assistant to the CEO",
    "Business Analyst",
    "Buyer",
    "Engineer",
    "HR Manager",
    "Intern",
    "IT Administrator",
    "Marketing Manager",
    "Office Manager",
    "Operations Manager",
    "Project Manager",
    "Sales Representative",
    "Store Manager",
    "Student",
    "Team Lead Support",
)
LOCAL_TITLES = {
    "AT": ("Geschäftsführerin", "Einkäufer"),
    "BR": ("Diretora Geral", "Gerente de Operações"),
    "CH": ("Geschäftsführerin", "Einkäufer"),
    "CN": ("总经理", "采购经理"),
    "CZ": ("Jednatel", "Nákupčí"),
    "DE": ("Geschäftsführer", "Leiterin Einkauf"),
    "ES": ("Directora General", "Responsable de compras"),
    "FR": ("Directeur général", "Responsable achats"),
    "IT": ("Amministratore delegato", "Responsabile acquisti"),
    "JP": ("代表取締役", "営業部長"),
    "PL": ("Prezes zarządu", "Kierownik działu zakupów"),
    "SE": ("Verkställande direktör", "Inköpare"),
}
"""Country -> a senior title and another one, as some people there write them."""
SOURCES = Weighted(
    {
        "Website": 38,
        "Social Media": 16,
        "Email": 14,
        "Phone": 10,
        "In Person": 8,
        "Other": 6,
        "": 8,
    }
)
OPEN_STATUSES = Weighted({"New": 50, "Contacted": 34, "Nurture": 8, "Qualified": 4, "Junk": 4})
WON_STATUSES = Weighted({"Qualified": 70, "Contacted": 25, "Nurture": 5})
LOST_REASONS = Weighted(
    {
        "No answer": 28,
        "No budget": 22,
        "Bad timing": 16,
        "No need": 12,
        "Competitor": 12,
        "Not a fit": 7,
        "Other": 3,
    }
)
INDUSTRIES = (
    "Agriculture",
    "Construction",
    "Education",
    "Energy",
    "Finance",
    "Food & Beverage",
    "Healthcare",
    "Hospitality",
    "Logistics",
    "Manufacturing",
    "Media",
    "Professional Services",
    "Real Estate",
    "Retail",
    "Software",
    "Telecommunications",
)
PRODUCTS = Weighted(
    {"Starter": 30, "Team": 26, "Enterprise": 10, "Training": 8, "Support": 6, "": 20}
)
DESCRIPTIONS = (
    "Wants a quote for 20 seats.",
    "Met at the spring fair, stand B 12.\nAsked for the price list.",
    'Said: "call me after the 5th", not before.',
    "Uses spreadsheets now; three people keep one file.",
    "Comparing us with two others.",
    "Prefers email.",
    "Needs it before the end of the quarter",
    "Budget is decided in January; ask again.",
    "Downloaded the guide.",
    "Referred by a customer.",
    "Café meeting went well – likes the »Team« plan…",
    "Pays at most 1,500 € a month; VAT no. to follow",
)

FORM = Touch("form", "in", ("",), ("contact form", "asked for a demo", "downloaded the guide"))
MEETING = Touch(
    "meeting",
    None,
    ("held", "held", "held", "moved"),
    ("demo with the team", "went through the quote", "first meeting, three people", ""),
)
ENGAGEMENT = Weighted(
    {
        Touch("visit", "in", ("",), ("pricing page", "read two guides", "product page", "")): 45,
        Touch("email", "in", ("",), ("asked for a price", "sent questions", "replied", "")): 25,
        Touch("call", "in", ("reached",), ("wants a quote", "asked about delivery", "")): 14,
        FORM: 8,
        MEETING: 8,
    }
)
OUTREACH = Weighted(
    {
        Touch(
            "call",
            "out",
            ("reached", "no answer", "no answer", "left message"),
            ("", "", "call again next week", "introduced ourselves"),
        ): 55,
        Touch("email", "out", ("",), ("sent the brochure", "first mail", "followed up", "")): 45,
    }
)
