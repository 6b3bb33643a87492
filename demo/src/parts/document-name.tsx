import './document-name.css'

interface Props {
  readonly name: string
  /** Where it lies; empty where that is not known. */
  readonly folder: string
  readonly class: string
}

/** What a document is called, and small beside it the folder: two files of one name are told apart. */
export function DocumentName({ name, folder, class: classes }: Props) {
  return (
    <span class={`${classes} document-name`}>
      <span>{name}</span>
      {folder !== '' && <span class="folder small quiet"> {folder}</span>}
    </span>
  )
}
