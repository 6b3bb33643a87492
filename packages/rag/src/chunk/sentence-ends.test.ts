import { expect, test } from 'vitest'
import { findSentences } from './sentences.ts'

// A bar stands where a sentence ends.
const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  English: [
    'Dr. Curie met J. Perrin, cf. Fig. 3.| They talked.',
    'He has lived here since 1999.| Then he left.| It was 5 p.m.| We left.',
    'See e.g. Smith et al. 2003, pp. 5–7.| Prices rose by 3.5 %.| It rose.',
    'She met Gen. Lee, Rev. King and Mr. and Mrs. Jones of Acme Inc. in No. 5.| Good.',
    'He said no.| I left.| This is red.| It is ill.| Max ran.| I saw Max.| We did.',
    'Visit www.example.org/a.b?c=d or README.md.| Call 555-1234.',
    'Wait... what?| I … do not know.| It is 5 km.| Then walk.| iPhone sales rose.| They use USB.| OK?',
    'The end.[12]| Next one.¹| (See below.)| “Why?” she asked.| “Stop!” he cried.| Done.',
    'Lt. Col. Day met Sen. Roe near Mt. Hood, approx. 5 mi. from St. Paul.| Queen Elizabeth II. reigned.| So it was in World War II.| It ended.',
    '5.1. Introduction follows.| See chapter 5.2.| Then stop.| **Note.**| _Fine._| Next.',
    'The probe has 696 nt.| It rose by 8 bp.| mRNA was found, cells etc. ; and more . . . . . of it.',
    'See (here).|He said “no”.|A second one.| 1. One.| 2. Two.',
    'Really?| Yes!| They left.| 20 people came.',
  ],
  German: [
    'Die Ware schickt die Fa. Meier am 29. Juli 2026 an uns.| Sie kostet ca. 5 Mio. Euro.',
    'Prof. Dr. Anna Weiß kam z. B. mit Gen. Huber, d. h. spät.| Danach ging sie.',
    'Vgl. Abs. 3 Nr. 5 BGB.| Das gilt im 19. Jahrhundert u. a. für alle.| Er kam am 29. 7. 2026 an.| Gut.',
    'Der 1. FC Köln gewann am 3. Spieltag.| Es regnete.| 1. Zuerst das Wasser.| 2. Dann das Salz.',
    'Sie arbeitet bei der Huber GmbH.| Er wohnt in der Hauptstr. 5 bzgl. Miete, resp. Hl. Geist.| Er zahlt 500 Kč.| Gut.',
    'Er lebte bis 44 v. Chr. in Rom.| Sie fragte: „Wo bist du?“| Er schwieg.| Das sind 5 Min. Fahrt bzw. 3 Std. Flug.',
  ],
  French: [
    'Mme. Dupont vit av. Foch.| Elle lit p. ex. Zola.| Est-ce vrai ?| Oui !| « Non. »| Il part.',
    'M. Martin est né en 1950.| Il a lu l’art. 5 du code, etc.| Puis il partit.',
  ],
  Spanish: [
    '¿Dónde está?| ¡Aquí!| El Sr. Pérez vive en EE. UU. desde 1999.| La Sra. Gil, p. ej. Ana, también.',
    'Vive en la Avda. de Mayo núm. 5.| Es así.',
  ],
  Italian: [
    'Il sig. Rossi e l’avv. Bianchi, nel sec. XIX, andarono.| Poi tornarono.',
    'Il Sig. Rossi abita qui.| Il Dott. Bianchi, ecc., no.| Vedi pag. 5.| Fine.',
  ],
  Portuguese: ['O Sr. Silva mora na Av. Paulista.| A Dra. Ana, p. ex. Maria, não.| Veja a pág. 3.'],
  Dutch: ['Dhr. Jansen woont hier.| Bijv. Mevr. De Vries ook, d.w.z. vaak.| Het is 5 km.| Klaar.'],
  Polish: [
    'W tys. zł, ok. 5, gen. Anders i św. Jan.| Potem wyszedł.',
    'Pan prof. Nowak mieszka przy ul. Długiej 5.| Np. Jan Kowalski, tzn. ja, m.in. Anna.| Koniec.',
  ],
  Czech: ['Ing. Novák se narodil 29. července 1950.| Bydlí např. v Praze, tj. doma atd.| Konec.'],
  Slovak: ['Mgr. Kováč, napr. Ján, prišiel 3. mája.| Odišiel.'],
  Croatian: ['Trg je velik.| On vidi vrh.| Onda ide.', 'Dr. Horvat, npr. Ivan, rođen je 5. svibnja 1950.| Živi u Zagrebu.'],
  Romanian: ['Dl. Popescu locuiește pe str. Mihai nr. 5.| Apoi a plecat.'],
  Hungarian: ['Dr. Kiss Éva 1950. május 5. napján született.| Pl. Budapesten él stb.| Vége.'],
  Finnish: ['Prof. Virtanen syntyi 5. heinäkuuta 1950.| Hän asuu esim. Turussa.| Loppu.'],
  Estonian: ['Dr. Tamm sündis 5. juulil 1950.| Ta elab Tallinnas.'],
  Swedish: ['Dr. Berg bor på Storgatan 5.| Han äter t.ex. Fisk, dvs. torsk, kl. 5.| Sen går han osv.| Slut.'],
  Danish: ['Hr. Jensen kom d. 5. juli kl. 12.| Han spiste f.eks. Fisk.| Slut.'],
  Norwegian: ['Dr. Hansen kom 5. juli.| Han spiste bl.a. Fisk.| Slutt.'],
  Turkish: [
    'Sultan II. Mahmud geldi.| Elma, armut vb.| Sonra gitti.',
    'Doç. Dr. Ali Kaya 29. Ekim günü geldi.| Bkz. sayfa 5.| Sonra gitti.',
  ],
  Indonesian: ['Jl. Sudirman No. 5 ada di sini.| Dr. Budi tinggal di sana, dll.| Selesai.'],
  Vietnamese: ['GS. TS. Nguyễn Văn A sống ở TP. Hồ Chí Minh.| Ông ấy đi.'],
  Russian: [
    'Проф. Иванов живёт на ул. Ленина, д. 5.| Он родился в 1950 г. в Москве и т. д.| Потом уехал.',
    'А. С. Пушкин, т. е. поэт, жил там.| Это правда?| Да.',
  ],
  Ukrainian: ['Вул. Шевченка, буд. 5, м. Київ.| Напр. Іван живе тут.'],
  Greek: ['Μήλα, αχλάδια κ.λπ.| Τέλος.', 'Ο κ. Παπαδόπουλος ζει στην οδ. Αθηνών.| Πού είναι;| Εδώ, π.χ. Κύπρος.| Τέλος.'],
  Armenian: ['Սա նախադասություն է։| Նա գնաց։'],
  Georgian: ['ეს არის წინადადება.| ის წავიდა.| რატომ?'],
  Hebrew: ['דר׳ כהן גר כאן.| האם זה נכון?| כן.'],
  Arabic: [
    'كان الجو جميلا.|ذهبنا إلى البحر .|ثم عدنا سنة 356 ق.م إلى البيت.',
    'ذهب د. أحمد إلى البيت.| هل هذا صحيح؟| نعم.| ثم عاد.',
  ],
  Urdu: ['یہ ایک جملہ ہے۔| وہ گیا۔| کیا؟| ہاں'],
  Hindi: ['डॉ. राम घर गए।| क्या यह सच है?| हाँ।'],
  Amharic: ['ይህ ነው።| ሄደ።'],
  Burmese: ['ရန်ကုန်သည် မြို့ဖြစ်သည်။| သူသွားသည်။'],
  Thai: ['ประเทศไทยเป็นประเทศที่ตั้งอยู่ในเอเชีย| กรุงเทพมหานครเป็นเมืองหลวง'],
  Korean: ['그는 갔다.| 그리고 왔다.| 정말?| 예.| 좋다.'],
  Chinese: ['东京是首都。|巴黎也是！|真的吗？|“是的。”|他走了。'],
  Japanese: ['東京は首都です。|本当ですか？|「はい。」|そうです。'],
}

test.each(Object.keys(SENTENCES))('sentences end where a reader of it says they do: %s', (language) => {
  for (const marked of SENTENCES[language]!) {
    const text = marked.replaceAll('|', '')
    const found = findSentences(text).map(({ start, end }) => text.slice(start, end))
    expect(found).toEqual(marked.split('|').map((sentence) => sentence.trim()))
  }
})

test('in doubt a sentence goes on: after initials, and after a letter alone', () => {
  expect(findSentences('He lives in the U.S. The rest is here.')).toHaveLength(1)
  expect(findSentences('She got an A. Then a B.')).toHaveLength(1)
})

test('a blank line ends a sentence', () => {
  const text = Object.values(SENTENCES)
    .flat()
    .map((marked) => marked.replaceAll('|', ''))
  const all = text.join('\n\n')
  const each = text.reduce((sum, one) => sum + findSentences(one).length, 0)
  expect(findSentences(all)).toHaveLength(each)
})
