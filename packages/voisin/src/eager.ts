// For realms that may load nothing later, as service workers: importing this brings along what would come later.
import '@voisin/embed/eager'
import '@voisin/store/eager'
