import type { Messages } from './en.ts'

/** Toutes les phrases de la page, en français. */
export const fr: Messages = {
  otherLanguage: 'English',
  name: 'voisin',
  skip: 'Aller au contenu',
  rooms: { library: 'Bibliothèque', search: 'Chercher', ask: 'Demander' },
  theme: { light: 'Clair', dark: 'Sombre', label: 'Passer du clair au sombre' },

  hero: {
    title: 'Trouvez-le par ce qu’il veut dire.',
    lead: 'voisin lit vos documents dans cet onglet, trouve les passages par les mots et par le sens, et répond à vos questions en citant ses sources.',
    promise: 'Rien ne quitte cette machine : ni compte, ni serveur, ni envoi.',
    sample: 'Lire la bibliothèque d’exemple',
    sampleNote: (count) => `${count} courts documents, prêts en un instant`,
    drop: 'Ou déposez vos fichiers ou dossiers n’importe où sur cette page',
    kinds: 'PDF, Word, Excel, pages web, livres, courriels, Markdown, tableaux, code et texte brut',
    choose: 'choisir des fichiers',
    chooseFolder: 'choisir un dossier',
    figure: 'L’anneau est une question, les points sont des documents : plus le sens est proche, plus ils le sont.',
    figureQuestion: 'Pourquoi le pain durcit-il ?',
    figureDots: ['La baguette', 'Bread and yeast', 'Coffee', 'Le cidre', 'Lighthouses', 'Chess'],
  },

  library: {
    title: 'Bibliothèque',
    count: (count, text) => `${text} ${count < 2 ? 'document' : 'documents'}`,
    add: 'Ajouter des fichiers',
    addFolder: 'Ajouter un dossier',
    looking: 'Lecture du dossier',
    noFiles: 'Ce dossier ne contient aucun fichier.',
    addSample: 'Ajouter la bibliothèque d’exemple',
    dropHere: 'Déposez fichiers ou dossiers pour les ajouter',
    passages: (count, text) => `${text} ${count < 2 ? 'passage' : 'passages'}`,
    remove: 'Retirer',
    removeNamed: (title) => `Retirer ${title}`,
    removeAll: 'Tout retirer',
    missing: 'Il en manque des parties ; ajoutez-le à nouveau.',
    open: (title) => `Ouvrir ${title}`,
    next: 'Et maintenant',
    nextSearch: 'Chercher dedans',
    nextAsk: 'Poser une question',
  },

  ingest: {
    title: 'Lecture',
    stages: { read: 'lire', cut: 'couper', embed: 'vectoriser', store: 'ranger' },
    stagesTitle: {
      read: 'Le fichier est lu',
      cut: 'Le texte est coupé en passages',
      embed: 'Chaque passage devient un vecteur : son sens en nombres',
      store: 'Passages et vecteurs sont rangés dans ce navigateur',
    },
    working: (done, total) => `${done} documents sur ${total}`,
    left: (time) => `encore ${time} environ`,
    almost: 'presque fini',
    estimating: 'on commence',
    stop: 'Arrêter',
    stopping: 'Arrêt en cours',
    waiting: 'en attente',
    added: 'ajouté',
    unchanged: 'déjà là',
    replaced: 'remplacé',
    failed: 'non lu',
    skipped: 'pas atteint',
    stopped: (done, total) =>
      `Arrêté. ${done} documents sur ${total} sont rangés et se laissent chercher ; aucun ne l’est à moitié.`,
    resume: (count, text) => (count === 1 ? 'Lire le dernier' : `Lire les ${text} restants`),
    finished: (count, text) => `${text} ${count < 2 ? 'document lu et rangé' : 'documents lus et rangés'} ici.`,
    back: (count, text) => `${text} ${count < 2 ? 'document est' : 'documents sont'} de retour.`,
    allUnchanged: 'Rien de nouveau : tout était déjà là, rien n’a été lu deux fois.',
    partial: (failed, text) =>
      failed === 1
        ? 'Un fichier n’a pas pu être lu. Les autres sont en sûreté.'
        : `${text} fichiers n’ont pas pu être lus. Les autres sont en sûreté.`,
    dismiss: 'Fermer',
    seconds: (text) => `${text} s`,
    minutes: (text) => `${text} min`,
  },

  offers: {
    label: 'Ce qui vient d’être fait',
    undo: 'Annuler',
    removed: (title) => `${title} a été retiré.`,
    removedMany: (text) => `${text} documents ont été retirés.`,
    lostIt: 'Son texte était illisible : il ne peut pas revenir.',
    lost: (count, text) =>
      count === 1
        ? 'Le texte de l’un d’eux était illisible : celui-là ne peut pas revenir.'
        : `Les textes de ${text} d’entre eux étaient illisibles : ceux-là ne peuvent pas revenir.`,
    back: (title) => `${title} est de retour.`,
    replaced: (title) => `${title} a été remplacé par une version plus récente.`,
    replacedMany: (text) => `${text} documents ont été remplacés par des versions plus récentes.`,
    keepBoth: 'Garder les deux',
    kept: (older) => `Les deux sont gardés : l’ancien s’appelle maintenant ${older}.`,
    keptMany: (text) => `Les deux sont gardés : ${text} anciennes versions portent maintenant un numéro.`,
    asBefore: (title) => `${title} est comme avant.`,
    asBeforeMany: (text) => `${text} documents sont comme avant.`,
  },

  search: {
    title: 'Chercher',
    label: 'Chercher dans vos documents',
    placeholder: 'Chercher par les mots ou par le sens',
    clear: 'Effacer',
    invite: 'Tapez un mot, un nom ou une moitié de question. Les résultats viennent pendant que vous tapez.',
    tryThese: 'Essayez par exemple',
    found: (count, text, ms) => `${text} ${count < 2 ? 'passage' : 'passages'} en ${ms}`,
    nothing: 'Rien trouvé.',
    nothingHint: 'La bibliothèque ne contient peut-être rien de proche. Essayez d’autres mots ou ajoutez des documents.',
    empty: 'Il n’y a encore rien à chercher.',
    emptyHint: 'Lisez la bibliothèque d’exemple ou ajoutez vos fichiers ; la recherche suit aussitôt.',
    toLibrary: 'Aller à la bibliothèque',
    byWords: 'mots',
    byMeaning: 'sens',
    rank: (rank, text) => `${text}${rank === 1 ? 'er' : 'e'}`,
    unranked: 'hors liste',
    meaningOnly: 'Trouvé par le sens seul : aucun de vos mots n’est ici.',
    why: 'Pourquoi ce passage',
    map: 'Votre recherche est l’anneau. Chaque point est un passage ; sa distance à l’anneau est sa distance de sens.',
    how: {
      title: 'Comment on l’a trouvé',
      meaning: 'Par le sens',
      words: 'Par les mots',
      whole: 'En tout',
      paths: {
        graph: (looked, of) => `un parcours du graphe, devant ${looked} passages sur ${of}`,
        int8: (_, of) => `chacun des ${of} passages a été regardé`,
        bits: (looked, of) => `un premier regard sur les ${of} passages, un second sur ${looked}`,
        f32: (_, of) => `chacun des ${of} passages a été mesuré en entier`,
      },
      listed: (count, text) =>
        count < 2
          ? 'le meilleur passage qui contient l’un de vos mots'
          : `les ${text} meilleurs passages qui contiennent l’un de vos mots`,
      embedded: (ms) => `vos mots sont devenus un vecteur en ${ms} ; avec le reste, il a fallu`,
    },
    keys: { move: 'parcourt', open: 'ouvre', leave: 'revient', focus: 'cherche' },
  },

  ask: {
    title: 'Demander',
    label: 'Votre question',
    placeholder: 'Posez une question sur vos documents',
    send: 'Demander',
    stop: 'Arrêter',
    invite: 'La réponse est faite de phrases de vos documents, mot pour mot, chacune avec sa source.',
    tryThese: 'Essayez par exemple',
    thinking: 'Recherche dans la bibliothèque',
    sources: 'Sources',
    source: (number) => `Source ${number}`,
    openSource: (title) => `Ouvrir ${title} à cette phrase`,
    place: {
      page: (number) => `page ${number}`,
      sheet: (name) => `feuille ${name}`,
      row: (number) => `ligne ${number}`,
    },
    notFound: 'Ce n’est pas dans vos documents.',
    notFoundHint: 'voisin ne répond que d’après ce qu’il a lu : il ne devine pas.',
    nearest: 'Voir les passages les plus proches',
    empty: 'Il n’y a encore rien à demander.',
    stopped: 'Arrêté. Reposez la question quand vous voulez.',
  },

  suggestions: {
    search: [
      { text: 'un pain croustillant', about: 'la-baguette.md' },
      { text: 'boisson de pommes', about: 'le-cidre.md' },
      { text: 'le plus haut sommet', about: 'le-mont-blanc.md' },
      { text: 'loaf gone hard', about: 'bread-and-yeast.md' },
    ],
    ask: [
      { text: 'Combien de marches le visiteur du phare de Cordouan gravit-il ?', about: 'le-phare-de-cordouan.md' },
      { text: 'À quelle vitesse roulait la rame du record du monde ?', about: 'le-tgv.md' },
      { text: 'Combien de mois le comté mûrit-il au minimum ?', about: 'le-comte.md' },
      { text: 'Quelle est l’intrigue de Macbeth ?', about: 'printing.md' },
    ],
  },

  reader: {
    close: 'Fermer',
    back: 'Retour',
    loading: 'Ouverture du document',
    gone: 'Ce document n’est plus dans la bibliothèque.',
    region: 'Document ouvert',
  },

  meter: {
    requests: (count) => (count < 2 ? 'requête ailleurs' : 'requêtes ailleurs'),
    stored: 'gardés ici',
    explain:
      'Compté par votre navigateur depuis l’ouverture de la page. La page s’interdit toute connexion ailleurs que là d’où elle vient. Ce qui est gardé (vos documents, et la page elle-même, pour s’ouvrir hors ligne) reste dans ce navigateur jusqu’à ce que vous le retiriez.',
    offline: 'Hors ligne : tout marche encore ici.',
    unknown: 'inconnu',
    about: 'Que disent ces chiffres',
  },

  code: {
    title: 'Le code de cette salle',
    note: 'Tout ce que cette salle demande à voisin, tel que cela tourne ici.',
  },

  state: {
    opening: 'Ouverture de la bibliothèque',
    happened: 'Ce qui s’est passé',
    safe: 'Ce qui est en sûreté',
    todo: 'Que faire',
    retry: 'Réessayer',
    details: 'Détails',
    safeStates: {
      intact: 'Tout ce qui était gardé est intact.',
      rolledBack: 'La bibliothèque est revenue au dernier état sûrement rangé.',
      partial: 'Une partie des données est illisible ; le reste est intact.',
      lost: 'Les données gardées sont perdues.',
      unknown: 'Ce qui était confirmé est rangé ; la dernière action ne l’est peut-être pas.',
    },
    errors: {
      'storage-full': [
        'La place que ce navigateur accorde est épuisée.',
        'Retirez des documents ou libérez de la place sur le disque, puis réessayez.',
      ],
      'storage-failed': [
        'Le navigateur a refusé de garder les données.',
        'Une fenêtre privée peut en être la cause : ouvrez cette page dans une fenêtre normale. Sinon, rechargez la page.',
      ],
      'corrupt-data': [
        'Une partie de la bibliothèque est illisible.',
        'Rechargez la page ; les documents manquants peuvent être ajoutés à nouveau.',
      ],
      'model-load-failed': [
        'Le modèle intégré n’a pas pu être chargé.',
        'Rechargez la page. Si vous êtes hors ligne, connectez-vous une fois.',
      ],
      'worker-failed': ['Un processus d’arrière-plan s’est arrêté.', 'Réessayez ; il redémarre de lui-même.'],
      'deadline-exceeded': ['La réponse a pris trop de temps.', 'Réessayez.'],
      'empty-text': ['Le fichier ne contient aucun texte.', 'Vérifiez que c’est le bon fichier.'],
      'limit-exceeded': ['Le fichier est plus gros que ce que voisin accepte.', 'Coupez-le en fichiers plus petits.'],
      unsupported: ['voisin ne sait pas lire ce genre de fichier.', 'Ajoutez son texte en Markdown ou en texte brut.'],
      closed: ['La bibliothèque a été fermée, peut-être par une version plus récente de cette page.', 'Rechargez la page.'],
    },
    otherError: ['Une erreur imprévue est survenue.', 'Réessayez ; si elle revient, rechargez la page.'],
    notices: {
      'data-loss': 'Des documents gardés étaient abîmés. Ce qui se lit encore est ici ; ajoutez les autres à nouveau.',
      evicted: 'Ce navigateur a effacé ce qui était gardé ici pour faire de la place. Ajoutez les documents à nouveau.',
      quota: 'La place que ce navigateur accorde est presque épuisée. Retirez les documents devenus inutiles.',
      'rolled-back': 'Les derniers changements avant la fermeture sont perdus ; tout ce qui précède est intact.',
      'closed-by-newer-tab': 'Une version plus récente de cette page est ouverte dans un autre onglet. Rechargez celle-ci.',
    },
    dismiss: 'Fermer',
    noSimd: {
      happened: 'Ce navigateur n’a pas WebAssembly SIMD, avec quoi voisin calcule.',
      safe: 'Rien n’a été changé.',
      todo: 'Ouvrez cette page dans un Chrome, Edge, Firefox ou Safari récent (16.4 ou plus).',
    },
  },
}
