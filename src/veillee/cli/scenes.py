"""What is said in the demo: rooms, people and their talk. Invented, everyday, and nothing to be ashamed of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    """A room with its seeded history and what its guests go on saying. Lines are `(pseudonym, text)`."""

    slug: str
    name: str
    topic: str
    notice: str
    language: str
    history: tuple[tuple[str, str], ...]
    live: tuple[tuple[str, str], ...]


REPORTED = ("cafe", "Ronce", "Lierre", "harassment", "C'est la troisième fois ce soir.")
"""What the moderator finds in the queue: the room, who wrote, who reported, the reason and the note."""

SCENES = (
    Scene(
        "accueil",
        "Accueil",
        "On arrive, on souffle, on dit bonsoir.",
        "Bienvenue. Trois règles tiennent sur une page, et l'équipe répond.",
        "fr",
        (
            ("Braise31", "Bonsoir tout le monde ! Enfin assise, la journée a été longue."),
            ("Hibou_Sage", "Bonsoir Braise31. Thé, café ou rien du tout ?"),
            ("Braise31", "Tisane. Je deviens raisonnable, c'est inquiétant."),
            ("Galet", "Salut ici. Il pleut chez vous aussi ?"),
            ("Comète", "À Brest il pleut, donc tout va bien."),
            ("Galet", "@Comète haha, évidemment. Ici à Limoges c'est la première gelée."),
            ("Hibou_Sage", "Quelqu'un sait si la bibliothèque de Tours ouvre le dimanche ?"),
            ("Marée", "Oui, de 14 h à 18 h, sauf pendant les vacances."),
            ("Hibou_Sage", "Merci ! Je rends mes livres avec trois semaines de retard, souhaitez-moi bonne chance."),
            ("Comète", "Courage, la dame de l'accueil sent la peur."),
            ("Braise31", "😂"),
            ("Sapin", "Bonsoir, je découvre. On peut parler de tout ici ?"),
            (
                "Marée",
                "De presque tout, oui. Les règles sont courtes, et l'équipe répond quand on signale.",
            ),
            ("Sapin", "Parfait. Alors : quel est le meilleur film à voir un lundi soir de novembre ?"),
            ("Galet", "Un vieux Tati. Ça ne juge personne."),
            ("Comète", "Ou « Le Sens de la fête », je ris à chaque fois au même endroit."),
        ),
        (
            ("Marée", "Je viens de sortir un gâteau aux pommes du four, il n'a pas de forme mais il sent bon."),
            ("Galet", "La forme, c'est surfait. Recette ?"),
            ("Marée", "Quatre pommes, deux œufs, et beaucoup d'espoir."),
            ("Comète", "Ma recette exacte pour tout."),
            ("Hibou_Sage", "Je relis « Le Comte de Monte-Cristo ». J'avais oublié à quel point c'est drôle."),
            ("Braise31", "Drôle ?! Il passe quatorze ans en prison."),
            ("Hibou_Sage", "Oui, mais après il fait les choses bien."),
            ("Sapin", "Finalement j'ai choisi le Tati. Merci, c'était une bonne idée."),
            ("Galet", "Toujours à votre service."),
            ("Comète", "Le vent se lève ici, le chat a décidé que c'était ma faute."),
        ),
    ),
    Scene(
        "cafe",
        "Le café",
        "Refaire le monde, sans le casser.",
        "",
        "fr",
        (
            ("Écho", "Question du soir : télétravail, vous en pensez quoi au bout de trois ans ?"),
            ("Lierre", "Je vois enfin mes enfants le matin, je ne reviendrai pas en arrière."),
            ("Noisette", "Moi j'ai l'impression de parler à mon frigo. Il répond de mieux en mieux."),
            ("Écho", "Il a le mérite d'être toujours disponible."),
            ("Tison", "Deux jours au bureau, trois à la maison, et les vaches sont bien gardées."),
            ("Lierre", "@Tison pareil. Le mardi et le jeudi, avec le marché entre midi et deux."),
            ("Ronce", "@Noisette personne ne te demande ton avis, retourne parler à ton frigo et laisse les adultes."),
            ("Lierre", "@Ronce on peut ne pas être d'accord sans ça."),
            ("Noisette", "Sinon, le nouveau tram, quelqu'un l'a pris ?"),
            ("Écho", "Oui, il est silencieux au point qu'on sursaute."),
        ),
        (
            ("Tison", "J'ai voulu réparer mon vélo moi-même. J'ai maintenant deux vélos à réparer."),
            ("Noisette", "Félicitations pour l'agrandissement de la famille."),
            ("Lierre", "L'atelier associatif de la gare est ouvert le mercredi, ils sont adorables."),
            ("Écho", "Ils m'ont appris à changer une chambre à air en me traitant de « futur champion »."),
            ("Tison", "C'est exactement le mensonge dont j'ai besoin."),
        ),
    ),
    Scene(
        "musique",
        "Musique",
        "Ce que vous écoutez en ce moment.",
        "",
        "fr",
        (
            ("Plume", "Je suis tombée dans Barbara cette semaine et je n'en ressors pas."),
            ("Orage", "« Göttingen », à chaque fois je dois m'asseoir."),
            ("Rivière", "Vous connaissez la reprise au violoncelle ? Une merveille."),
            ("Plume", "Non ! Je cherche ça tout de suite."),
            (
                "Orage",
                "Concert gratuit samedi à l'église Saint-Pierre, chorale et orgue, pour qui est dans le coin.",
            ),
        ),
        (
            ("Rivière", "Nouvel album de fado ce matin, idéal pour éplucher des pommes de terre en pleurant."),
            ("Orage", "C'est les oignons, ça."),
            ("Rivière", "Laissez-moi mon drame."),
            ("Plume", "Trouvé, le violoncelle. Merci, vraiment."),
        ),
    ),
    Scene(
        "entraide",
        "Entraide",
        "Poser une question, donner un coup de main.",
        "Urgence : 17 ou 112. Idées noires : 3114, jour et nuit. Violences en ligne : 3018.",
        "fr",
        (
            (
                "Aubier",
                "Bonsoir, comment fait-on une demande de logement social ? Je suis perdue dans les papiers.",
            ),
            ("Saule", "Le plus simple : le portail national, un seul dossier pour toutes les communes du département."),
            ("Aubier", "Il faut l'avis d'imposition ?"),
            ("Saule", "Oui, celui de l'avant-dernière année. Et la maison France services peut le scanner avec vous."),
            ("Aubier", "Merci, je respire."),
            ("Cannelle", "Courage, moi j'ai mis un an mais ça a fini par marcher."),
        ),
        (
            ("Cannelle", "Quelqu'un a déjà négocié un étalement de facture d'électricité ?"),
            (
                "Saule",
                "Oui : appelez avant l'échéance, demandez le service solidarité, c'est trois mois sans frais.",
            ),
            ("Cannelle", "Je note, merci beaucoup."),
        ),
    ),
    Scene(
        "english",
        "English corner",
        "Practise, chat, be kind.",
        "",
        "en",
        (
            ("Lantern", "Good evening! Anyone up for some small talk?"),
            ("Willow", "Always. My English is rusty, please forgive it."),
            ("Lantern", "Your English is fine. Rust gives character."),
            ("Pebble", "How do you say « chanter faux » ?"),
            ("Lantern", "To sing out of tune. I do it daily."),
        ),
        (
            ("Willow", "I finally watched a film without subtitles and understood most of it!"),
            ("Pebble", "Congratulations! Which one?"),
            ("Willow", "One with very little dialogue. But still."),
            ("Lantern", "That counts. Next step: the radio."),
        ),
    ),
)
