// Everything here is an extra: each page works without it. One behaviour a file, attached by data-module.
import { initAll } from './govuk-frontend.min.js'

initAll()

const behaviours = {
  'find-map': () => import('./find-map.js').then((module) => module.findMap),
  'near-me': () => import('./near-me.js').then((module) => module.nearMe),
  'place-box': () => import('./place-box.js').then((module) => module.placeBox),
  'copy-link': () => import('./copy-link.js').then((module) => module.copyLink),
  'my-list': () => import('./my-list.js').then((module) => module.myList),
  note: () => import('./note.js').then((module) => module.note),
  'place-map': () => import('./place-map.js').then((module) => module.placeMap),
  register: () => import('./register.js').then((module) => module.register),
  'print-button': () => import('./print-button.js').then((module) => module.printButton),
  'ward-map': () => import('./ward-map.js').then((module) => module.wardMap)
}

for (const element of document.querySelectorAll('[data-module]')) {
  const load = behaviours[element.dataset.module]
  if (load) load().then((attach) => attach(element))
}
