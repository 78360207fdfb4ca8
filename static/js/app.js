// Everything here is an extra: each page works without it. One behaviour a file, attached by data-module.
import { initAll } from './govuk-frontend.min.js'

initAll()

const behaviours = {
  'find-map': () => import('./find-map.js').then((module) => module.findMap),
  'near-me': () => import('./near-me.js').then((module) => module.nearMe),
  'place-box': () => import('./place-box.js').then((module) => module.placeBox),
  'place-map': () => import('./place-map.js').then((module) => module.placeMap),
  'ward-map': () => import('./ward-map.js').then((module) => module.wardMap)
}

for (const element of document.querySelectorAll('[data-module]')) {
  const load = behaviours[element.dataset.module]
  if (load) load().then((attach) => attach(element))
}
