"""How somebody introduces themselves: age, gender, place, read from the words of a text, with where it stands.

What is told is of the writer, now, and meant: not somebody else's age, not a duration, not when they were young, not a
joke about a mental age. Ages are years. Nothing here decides anything; `persona` compares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import re2

YOUNGEST, OLDEST = 8, 99
_NUMBERS = {
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "dix sept": 17, "dix huit": 18, "dix neuf": 19, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50,
}  # fmt: skip
_N = r"(\d{1,2}|dix (?:sept|huit|neuf)|" + "|".join(sorted((n for n in _NUMBERS if " " not in n), reverse=True)) + ")"
_CLASSES = {
    "cm1": 9, "cm2": 10, "6": 11, "sixieme": 11, "5": 12, "cinquieme": 12, "4": 13, "quatrieme": 13, "3": 14,
    "troisieme": 14, "2nde": 15, "seconde": 15, "premiere": 16, "1ere": 16, "terminale": 17, "term": 17, "tle": 17,
}  # fmt: skip
_HINTS = (
    r" (?:\d{1,2}(?:ans?|yo|yrs?|[fmhe]|eme|th)?|ans?|(?:nee?|born) (?:\w+ ){0,4}(?:19|20)\d\d|mineure?|underage"
    r"|minor|under 18"
    r"|cm1|cm2|2nde|1ere|seconde|terminale|premiere|sixieme|cinquieme|quatrieme|troisieme|yo|years old) ",
    r" (?:fille|femme|meuf|nana|garcon|homme|mec|gars|keum|girl|woman|guy|boy|man|male|female|lad|lady|dude"
    r"|trans\w*|mtf|ftm) ",
    r" (?:habites?|jhabite|j hab|vis|jvis|live|living|based|originaire|from|(?:je suis|jsuis) d[e]?) ",
)
"""What any statement of age, of gender, of place holds: everything else is over after one look."""

_I = r"(?:j ai|jai|j\W?ai|g|ge|moi j ai|moi|perso|perso j ai|ai)"
_FILL = (
    r"(?:(?:que|seulement|juste|deja|toujours|moi|aussi|eu|a peine|enfin|ptete|environ|genre|que|bien|vrai"
    r"|vraiment|enfaite|en fait|tout juste|pile) ){0,2}"
)
_YEARS = r"(?:ans?|piges?|balais|berges|printemps|a)"
_NOT_AN_AGE = (
    r"(?! (?:d|de|dans|que|qu|plus|apres|avant|ecart|la dedans|boite|metier|anciennete|experience|mariage|pratique"
    r"|permis|passes|mentalement|d age mental|au moins (?:que|d)|depuis|sans|ici|ensemble|en (?:couple|prison)) )"
)
_AGES = (
    re.compile(rf" {_I} {_FILL}{_N} ?{_YEARS}{_NOT_AN_AGE} "),
    re.compile(
        rf" (?:moi c est|moi c|moi|je m appelle|j m appelle|je suis|j suis|jsuis|ici"
        rf"|c est) (?:\w+ ){{1,2}}{_N} ?ans(?! (?:d|de) (?:metier|anciennete|experience|mariage|pratique|boite|plus"
        rf"|moins|vie|retard|prison)) "
    ),
    re.compile(rf" (?:je viens|jviens|j viens|viens) d avoir {_N} ans "),
    re.compile(
        rf"^ (?!il |elle |on |mon |ma |y |ya |deja |encore |depuis |apres |avant |dans |pendant |environ |presque "
        rf"|bientot |plus |a |la |le |des )[a-z]{{3,12}} {_N} ans (?:et vous|et toi|et tu|[.?]|$)"
    ),
    re.compile(
        rf"^ {_N} ans (?:etudiante?|lyceenne?|collegienne?|celibataire|infirmiere?|au chomage|je suis|je vis|fille"
        rf"|mec|femme|homme|de lyon|de paris) "
    ),
    re.compile(
        rf"^ (?:(?:salut|slt|coucou|cc|hello|bonjour|bjr|hey|oui|ouais|ben|bah|euh) )*(?:f|h|m|femme|homme|fille"
        rf"|garcon|mec|meuf) (?:de )?{_N} ?(?:ans?)? "
    ),
    re.compile(
        rf"^ (?:(?:salut|slt|coucou|cc|hello|bonjour|hey|oui|ouais|ben|bah|euh) )*{_N} ?ans (?:et toi|toi|et vous"
        rf"|et u|f|m|h|[.?] |$)"
    ),
    re.compile(
        rf" (?:i am|i m|im|iam|me i m) (?:(?:only|just|like|actually|already|still|really|about|turned) ){{0,2}}{_N}"
        r"(?: ?(?:years? old|yo|y o|yrs?(?: old)?|year old|years? of age|years young)(?! (?:car|house|dog|cat|bike"
        r"|laptop|game|whisky))"
        r"| ?(?=[fm] |f\b|m\b)| (?=[.?]|$|and |but |from |btw |lol |too |u |hbu |wbu |you |so |tho|though "
        r"|actually |here |female |male |woman |man "
        r"|already |girl |boy |guy |not |im |i |what |how |who |haha |xd |sorry |almost |next )) ?"
    ),
    re.compile(rf" (?:i am|i m|im) an? {_N} ?(?:yo|y o|year old|yr old|years old) "),
    re.compile(rf" (?:i am|i m|im|me|my name is|my name s) (?:\w+ ){{1,2}}{_N} (?:yo|y o|years old|yrs|f|m|from) "),
    re.compile(rf" (?:my age is|age is|i just turned|i turned|just turned|i ve just turned) {_N} "),
    re.compile(
        rf"^ (?:(?:hi|hey|hello|yo|yes|yeah|um|well) )*(?:f|m|female|male|girl|boy|guy|woman|man) {_N}(?: yo)? "
    ),
    re.compile(rf"^ (?:(?:hi|hey|hello|yo|yes|yeah|um|well) )*{_N} ?(?:yo|y o|years old|f|m|female|male|here) "),
)
_SOON = (
    re.compile(
        rf" (?:j ai|jai|g|j aurai|jaurai|je vais avoir|j vais avoir|jvais avoir|moi) (?:bientot |presque "
        rf"|quasi )*{_N} ?ans (?:dans|le mois|en|bientot|demain|a la|cet|cette|l annee|la semaine)"
    ),
    re.compile(
        rf" (?:j ai|jai|g|je vais avoir|jvais avoir|j aurai|je fete mes|je fais mes|je vais sur|jvais sur"
        rf"|j vais sur) (?:bientot |presque |quasi |mes )*(?:bientot|presque|quasi|avoir|aurai|mes) {_N} ?ans "
    ),
    re.compile(rf" (?:je vais avoir|jvais avoir|j vais avoir|j aurai|jaurai) {_N} ?ans "),
    re.compile(
        rf" {_N} ?ans (?:dans \w+ (?:mois|semaines?|jours?)|le mois prochain|demain|bientot|en (?:janvier|fevrier"
        rf"|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)) "
    ),
    re.compile(
        rf" (?:i turn|i ll be|ill be|turning|i m turning|im turning|i m almost|im almost|i m nearly|im nearly"
        rf"|nearly|almost) {_N} (?:in|next|soon|tomorrow|this|on|[.?]|$|years)"
    ),
)
_CLASS = (
    re.compile(
        r" (?:je suis|j suis|jsuis|chuis|moi|suis|je rentre|jrentre|je passe|jpasse) (?:en |encore en |juste en "
        r"|deja en |actuellement en )+(?:classe de )?"
        r"(cm1|cm2|[3-6](?= ?(?:e|eme|ieme) )|2nde|1ere|seconde|premiere|terminale|term|tle|sixieme|cinquieme"
        r"|quatrieme|troisieme)"
        r"(?: ?(?:e|eme|ieme))?(?! (?:annee|position|place|main|vitesse|division|classe|ligne|rang|semaine|mois"
        r"|etage|instance|commission|partie|phase|saison|de)) "
    ),
    re.compile(
        r" (?:je suis|j suis|jsuis|chuis|moi|suis|je rentre) (?:en |encore en |juste en )+([3-6])(?:e|eme"
        r"|ieme)(?! (?:annee|position|place|main|vitesse|division|classe|ligne|rang|semaine|mois|etage|saison"
        r"|partie|de couverture)) "
    ),
    re.compile(
        r" (?:i am|i m|im|am) (?:only |just |still |going into |starting )?(?:in |a )?(?:the )?(\d{1,2})th (?:grade"
        r"|grader)"
    ),
    re.compile(r" (?:i am|i m|im) (?:only |just |still )?in (?:year|grade) (\d{1,2}) "),
)
_BORN = re.compile(
    r" (?:ne|nee|born|je suis de|i was born|m born) (?:le |en |in |on )?(?:\w+ ){0,3}?((?:19"
    r"|20)\d\d) "
)
_MINOR = re.compile(
    r" (?:je suis|j suis|jsuis|chuis|i am|i m|im) (?:encore |toujours |still )?(?:mineure?|a minor|underage"
    r"|under 18) "
)
_BARE = re.compile(
    rf"^ (?:euh |ben |bah |moi |well |um |oui |yes |g |j ai )*{_N} ?(?:ans? )?(?:yo |f |m |h )?"
    r"(?:[.?] |et (?:toi|vous) |and you |u |you |wbu |hbu |toi |f |m |h |lol |pk |why |pourquoi |btw |et u |n u )*$"
)
_OTHER = re.compile(
    r" (?:quand|lorsque|qd|kan|avant|depuis|si|comme si|imagine|quand meme que|when|if|as if|like when|pretend|until"
    r"|before|since|dit|disait|dis|ecrit|repond|said|says|told|told me|wrote|goes|fils|fille|son|daughter|soeur"
    r"|frere|brother|sister|niece|neveu|copine|dirait que|dirait|look|mentalement|mentally|deep down"
    r"|inside) (?:\w+ ){0,2}$"
)
_JOKE = re.compile(
    r" (?:mdr+|ptdr+|je rigole|jrigole|je deconne|jdeconne|je blague|pour rire|jk|just kidding|kidding|joking|lmao"
    r"|dans ma tete|in my head|at heart|dans l ame) "
)
_TOOK_BACK = (
    r" (?:je rigole|jrigole|je deconne|jdeconne|je blague|jk|just kidding|kidding|c etait une blague"
    r"|la verite|en vrai non|non en vrai|serieux non) "
)
_SLIP = re.compile(
    r" (?:pardon|oups|oops|ops|je voulais dire|jvoulais dire|je veux dire|erreur|faute de frappe|typo|mistyped"
    r"|i meant|i mean|meant"
    r"|sorry|desolee?|correction|je me suis trompee?|me suis trompee?|trompe de touche|autocorrect|correcteur"
    r"|mon clavier|wrong key) "
)
_I_AM = r" (?:je suis|j suis|jsuis|chuis|moi c est|i am|i m|im) "
_GENDERS = (
    (
        "f",
        re.compile(
            _I_AM + r"(?:juste |just )?(?:une|a|an|la) (?:\w+ ){0,2}?(?:fille|femme|meuf|nana|girl|woman|female"
            r"|lady) "
        ),
    ),
    (
        "m",
        re.compile(
            _I_AM + r"(?:juste |just )?(?:un|a|an|le) (?:\w+ ){0,2}?(?:garcon|homme|mec|gars|keum|boy|man|guy|male|lad"
            r"|dude) "
        ),
    ),
)
_OWN_WAY = re.compile(
    r" (?:trans|transgenre|transgender|non binaire|non binary|nonbinary|enby|genderfluid|gender fluid|intersexe?"
    r"|transition|mtf|ftm|agenre|agender) "
)
_PLACES = (
    re.compile(
        r" (?:j habite|jhabite|j hab|je vis|jvis|habite|j habites) (?:a|au|aux|en|sur|vers|pres de|dans le|dans la"
        r"|a cote de) (?!cote|moins|pied|\d|un|une|deux)(?:la |le |l )?(\w{3,})(?: \w+)? "
    ),
    re.compile(
        r" (?:je suis|jsuis|originaire) (?:originaire )?(?:de|d) (?!garde|retour|nuit|repos|sortie|bonne|mauvaise"
        r"|la|le|l|ceux|celles|plus|moins|tout|ton|mon|ces)(\w{4,}) "
    ),
    re.compile(r" (?:i live|i m living|im living|living|based) (?:in|near|around) (?!the|a|my|an)(\w{3,}) "),
    re.compile(r" (?:i am|i m|im) from (?!the|a|my|an|work|here)(\w{3,}) "),
    re.compile(r"^ from (?!the|a|my|an|work|here|now)(\w{3,}) "),
)
_SHARES = (
    r" (?:(?:ordi|ordinateur|tel|telephone|portable|tablette|pc|compte|ecran|iphone|ipad) (?:(?:de|d|a) (?:ma|mon"
    r"|mes|la|l|une?) (?:fille|fils|mere|pere|maman|papa|soeur|frere|copine|"
    r"copain|mari|femme|coloc|parents|grand mere|mamie|mediatheque|bibliotheque|asso|association|foyer|famille"
    r"|pote)|partagee?|familiale?|commune?|en commun)"
    r"|on partage (?:l|le|la|un|une|cet|cette|ce) (?:ordi|ordinateur|tel|telephone|tablette|pc|compte)|(?:je suis"
    r"|suis|depuis) (?:a|la) (?:la )?(?:mediatheque|bibliotheque|biblio|cyber|cybercafe|salle info|mission locale)"
    r"|c (?:est|etait) (?:mon|ma) (?:fils|fille|frere|soeur|copain|copine|mari|femme|pote|mere|pere) (?:qui|avant"
    r"|juste)|(?:mon|ma) (?:fils|fille|frere|soeur|mere|pere|coloc) (?:utilise|etait sur|ecrit aussi|a ecrit|a pris)"
    r"|my (?:son|daughter|brother|sister|mum|mom|dad|wife|husband|flatmate|roommate|friend)(?: s|s)? (?:phone"
    r"|laptop|tablet|computer|pc|account|ipad)|my (?:son|daughter|brother|sister|mum|mom|dad|wife|husband"
    r"|flatmate) (?:was|uses|wrote|used|took|typed)"
    r"|(?:library|family|shared|school|community|public) (?:computer|tablet|laptop|pc|ipad)|we share (?:a|the|this"
    r"|one) (?:computer|tablet|laptop|phone|pc|ipad|account)|at the library|that was my (?:son|daughter|brother"
    r"|sister|mum|mom|dad|wife|husband|friend)) "
)
_AGE, _GENDER, _PLACE, _SHARED, _BACK, _WORD = range(6)


def _look() -> re2.Set:
    """All hints in one automaton: one look at a text says which kinds of statement to read it for."""
    options = re2.Options()
    options.never_capture = True
    found = re2.Set.SearchSet(options)
    number = _N.replace(r"\d{1,2}|", "")
    word = (
        rf" (?:(?:i m|im|i am|ai|j ai|jai|g) (?:\w+ )?{number}|{number} (?:ans?|piges|years|yo|y o|yrs|[.?]|and|et)) "
    )
    for pattern in (*_HINTS, _SHARES, _TOOK_BACK, word):
        found.Add(pattern)
    found.Compile()
    return found


_LOOK = _look()


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a text says of its writer. `slack` is by how many years the age may be off, `span` where it stands in the
    words; `meant` is False for an age said with a laugh. `slip` and `took_back` speak of the statement before."""

    age: int | None = None
    slack: int = 0
    meant: bool = True
    gender: str | None = None
    own_way: bool = False
    place: str | None = None
    span: tuple[int, int] = (0, 0)
    slip: bool = False
    took_back: bool = False
    shares: bool = False


def read(words: str, at: float, *, asked: bool = False) -> Introduction | None:
    """What the words of a text (the skeleton's view) say of their writer at a time (Unix seconds), or None.

    `asked`: somebody asked for the age just before, so that a bare number answers.
    """
    hints = _LOOK.Match(words.encode() if words.isascii() else words)
    if not hints:
        return None
    age, slack, span = _age(words, at, asked=asked) if _AGE in hints or _WORD in hints else (None, 0, (0, 0))
    gender, own_way, place = None, False, None
    if _GENDER in hints:
        said = [name for name, pattern in _GENDERS if pattern.search(words)]
        own_way = _OWN_WAY.search(words) is not None
        gender = said[0] if len(said) == 1 and not own_way else None
    if _PLACE in hints:
        place, where = _place(words)
        span = span if span != (0, 0) else where
    took_back = _BACK in hints
    told = Introduction(
        age=age,
        slack=slack,
        meant=age is None or _JOKE.search(words) is None,
        gender=gender,
        own_way=own_way,
        place=place,
        span=span,
        slip=age is not None and _SLIP.search(words) is not None,
        took_back=took_back,
        shares=_SHARED in hints,
    )
    return None if told == Introduction() else told


def age_in_name(words: str, at: float = 0.0) -> int | None:
    """The age a pseudonym tells (`Ines15ans`, `nee2010`), or None: a number alone (`Julie13`, `Lucas2008`) is none."""
    found = _NAME_AGE.search(words)
    if found:
        return _plausible(int(found[1]))
    born = _NAME_BORN.search(words)
    return _plausible(_year(at) - int(born[1])) if born and at > 0 else None


_NAME_AGE = re.compile(r"(?<!\d)(\d{1,2}) ?(?:ans?|yo|y o|yrs?|years?(?: old)?|a[nñ]os|piges|anni|jahre)(?![a-z])")
_NAME_BORN = re.compile(r" (?:ne|nee|born|born in|nee en|ne en) ((?:19|20)\d\d) ")


def _age(words: str, at: float, *, asked: bool) -> tuple[int | None, int, tuple[int, int]]:
    for pattern in _SOON:
        if found := pattern.search(words):
            value = _number(found[1])
            return (value - 1, 0, found.span()) if value and not _others(words, found.start()) else (None, 0, (0, 0))
    for pattern in _AGES:
        for found in pattern.finditer(words):
            value = _number(found[1])
            if value is not None and not _others(words, found.start()):
                return value, 0, found.span()
    for index, pattern in enumerate(_CLASS):
        if (found := pattern.search(words)) and not _others(words, found.start()):
            if index < 2:
                return _CLASSES[found[1]], 1, found.span()
            value = _plausible(int(found[1]) + (5 if index == 2 else 4))
            if value is not None and value <= 19:
                return value, 1, found.span()
    if at > 0 and (found := _BORN.search(words)) and not _others(words, found.start()):
        value = _plausible(_year(at) - int(found[1]))
        if value is not None:
            return value, 1, found.span()
    if found := _MINOR.search(words):
        return 16, 1, found.span()
    if asked and (found := _BARE.match(words)):
        return _number(found[1]), 0, found.span()
    return None, 0, (0, 0)


def _place(words: str) -> tuple[str | None, tuple[int, int]]:
    for pattern in _PLACES:
        if found := pattern.search(words):
            return found[1], found.span()
    return None, (0, 0)


def _others(words: str, start: int) -> bool:
    """Whether what stands just before says that this is not the writer, or not now."""
    return _OTHER.search(words[max(0, start - 40) : start + 1]) is not None


def _number(text: str) -> int | None:
    return _plausible(_NUMBERS[text] if text in _NUMBERS else int(text))


def _plausible(age: int) -> int | None:
    return age if YOUNGEST <= age <= OLDEST else None


def _year(at: float) -> int:
    return datetime.fromtimestamp(at, UTC).year
