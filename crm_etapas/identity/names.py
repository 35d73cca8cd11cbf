"""When two ways of writing a name are the same name."""

import re
import unicodedata

LONGEST_KEY = 140  # what a Data field holds

# What a company's name may end with and says nothing of whose it is, without dots and spaces.
LEGAL_FORMS = frozenset(
	# Spanish-speaking countries
	"sa sac saac saa sab sabdecv sadecv sapi sapidecv sas sasu sau sal saic saci sacif sacifia saica "
	"sociedadanonima sociedadanonimacerrada sociedadanonimaabierta sociedadanonimadecapitalvariable "
	"sociedadporaccionessimplificada sociedadporacciones spa "
	"ca companiaanonima rl srl sderl sderldecv srldecv sociedadderesponsabilidadlimitada "
	"sl slu slne sll slp sociedadlimitada limitada ltda cialtda eirl fp firmapersonal "
	"sc sca scs scsa scc scp senc sencs sencporacciones ac ag coop cia ycia "
	# Portuguese
	"lda eireli "
	# elsewhere
	"inc incorporated corp corporation co company ltd limited llc llp lp plc pllc "
	"gmbh mbh ug kg kgaa ohg ek ev nv bv ab oy as aps sarl sasu sprl pty pvt pvtltd".split()
)
# These also stand in front: "C.A. Metro de Caracas".
IN_FRONT = frozenset({"ca", "companiaanonima"})
MOST_WORDS = 7  # of a legal form: "s de r l de c v"
AND = frozenset({"y", "e", "and", "und"})


def fold(text: str) -> str:
	"""Return the text without what nobody tells apart: case, accents, outer and double spaces."""
	bare = unicodedata.normalize("NFKD", text.casefold())
	return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def squeeze(text: str) -> str:
	"""Return only the letters and digits: "GTX Pro" and "GTX-Pro" are the same then."""
	return re.sub(r"[\W_]+", "", fold(text))


def company_key(name: str | None) -> str | None:
	"""Return what the writings of one company's name have in common, or None if there is no name.

	That is the squeezed name without its legal form: "Muebles Pérez & Hijos, C.A." and "muebles perez y
	hijos" have the same key. A name that is nothing but a legal form stays whole.
	"""
	words = _without_and(re.findall(r"[^\W_]+", fold(name or "")))
	words = _without_forms_in_front(_without_forms_at_the_end(words))
	return "".join(words)[:LONGEST_KEY] or squeeze(name or "")[:LONGEST_KEY] or None


def _without_and(words: list[str]) -> list[str]:
	"""Leave out "y" and its like between two words; between initials it is one of them."""

	def is_initial(at: int) -> bool:
		return not 0 <= at < len(words) or len(words[at]) == 1

	return [
		word for at, word in enumerate(words) if word not in AND or is_initial(at - 1) or is_initial(at + 1)
	]


def _without_forms_at_the_end(words: list[str]) -> list[str]:
	"""Legal forms may follow one another: "GmbH & Co. KG"."""
	for count in range(min(MOST_WORDS, len(words) - 1), 0, -1):
		if "".join(words[-count:]) in LEGAL_FORMS:
			return _without_forms_at_the_end(words[:-count])
	return words


def _without_forms_in_front(words: list[str]) -> list[str]:
	for count in range(min(2, len(words) - 1), 0, -1):
		if "".join(words[:count]) in IN_FRONT:
			return words[count:]
	return words
