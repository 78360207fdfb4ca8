// Builds static/build/ from static/scss, static/js and the front-end packages. Run by `npm run build`.
// The new files are made beside the old ones and put in their place at the end: a page never meets half a build.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from 'sass'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
const packages = join(root, 'node_modules')
const fresh = join(packages, '.assetreg-build')
const target = join(root, 'static', 'build')

const stylesheets = ['app.scss', 'print.scss']
const copies = [
  join(packages, 'govuk-frontend', 'dist', 'govuk', 'govuk-frontend.min.js'),
  join(packages, 'leaflet', 'dist', 'leaflet.js'),
  join(packages, 'leaflet', 'dist', 'leaflet.css'),
]

rmSync(fresh, { recursive: true, force: true })
mkdirSync(fresh)
mkdirSync(dirname(target), { recursive: true })

for (const name of stylesheets) {
  const source = join(root, 'static', 'scss', name)
  if (!existsSync(source)) continue
  const { css } = compile(source, { loadPaths: [packages], style: 'compressed', quietDeps: true })
  writeFileSync(join(fresh, `${basename(name, '.scss')}.css`), css)
}

for (const file of copies) cpSync(file, join(fresh, basename(file)))

const scripts = join(root, 'static', 'js')
if (existsSync(scripts)) {
  cpSync(scripts, fresh, { recursive: true, filter: (file) => file === scripts || ['', '.js'].includes(extname(file)) })
}

const old = `${fresh}-old`
rmSync(old, { recursive: true, force: true })
if (existsSync(target)) renameSync(target, old)
renameSync(fresh, target)
rmSync(old, { recursive: true, force: true })
console.log(`static/build: ${readdirSync(target).sort().join(', ')}`)
