// A button that copies the link it stands under, where the browser can.
export function copyLink (place) {
  if (!navigator.clipboard) return
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'govuk-button govuk-button--secondary app-small'
  button.textContent = place.dataset.says
  const told = document.createElement('span')
  told.setAttribute('role', 'status')
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(place.querySelector('a').href)
    told.textContent = place.dataset.done
  })
  const row = document.createElement('p')
  row.className = 'app-copy app-no-print'
  row.append(button, ' ', told)
  place.after(row)
}
