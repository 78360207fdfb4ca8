// Everything here is an extra: each page works without it. One behaviour a file, attached by data-module.
import { initAll } from './govuk-frontend.min.js'

initAll()
