// What was chosen on the map: one service, or those in one building. Stays in its corner and covers no mark for long.
export function chosenPanel (element, words, { isListed, onClose, onList }) {
  function close (isByKey = false) {
    if (element.hidden) return
    element.hidden = true
    element.replaceChildren()
    onClose(isByKey)
  }

  return {
    open (feature) {
      const { properties } = feature
      const parts = feature.id ? one(properties) : together(properties)
      if (properties.exactness === 'ward' && properties.ward) parts.push(line(words.onlyWard.replace('{ward}', properties.ward.name), 'app-quiet'))
      else if (properties.exactness === 'approximate') parts.push(line(words.about, 'app-quiet'))
      if (feature.id && isListed(feature.id)) parts.push(button(words.inList, 'app-find-map__in-list', () => onList(feature.id)))
      parts.push(button(words.close, 'app-find-map__close', () => close(true)))
      element.replaceChildren(...parts)
      element.hidden = false
    },
    close,
    height: () => element.offsetTop + element.offsetHeight,
    focus () {
      element.querySelector('a')?.focus({ preventScroll: true })
    }
  }

  function one (service) {
    return [link(service, 'app-find-map__name'), line(service.organisation, 'app-quiet'), line(`${service.when} · ${service.cost}`)]
  }

  function together ({ count, services, url }) {
    const list = document.createElement('ul')
    for (const service of services) {
      const item = document.createElement('li')
      item.append(link(service), line(`${service.when} · ${service.cost}`, 'app-quiet'))
      list.append(item)
    }
    const parts = [line(words.together.replace('{number}', count.toLocaleString()), 'app-find-map__name'), list]
    if (services.length < count) parts.push(link({ url, name: words.seeAll.replace('{number}', count.toLocaleString()) }))
    return parts
  }
}

function link ({ url, name }, className = '') {
  const made = document.createElement('a')
  made.href = url
  made.className = `govuk-link ${className}`
  made.textContent = name
  return made
}

function line (words, className = '') {
  const made = document.createElement('p')
  made.className = className
  made.textContent = words
  return made
}

function button (words, className, onPress) {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = className
  made.textContent = words
  made.addEventListener('click', onPress)
  return made
}
