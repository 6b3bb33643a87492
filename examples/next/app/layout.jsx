import './style.css'

export const metadata = { title: 'Notes' }

export default function Layout({ children }) {
  return (
    <html
      lang="en"
      style={{ maxWidth: '34rem', margin: 'auto', padding: '1rem', font: '1.1rem/1.5 system-ui', colorScheme: 'light dark' }}
    >
      <body>{children}</body>
    </html>
  )
}
