// Written by train/publish.py together with the files in model/.

export const REVISION = '0.1.0-d37a064e27bf'

export const SHA256 = {
  model: '174dddbebfa7fda172b20b572a84aa3ac334a3002305cce709c648c4bdbdc7d0',
  tokenizer: 'dce943fb34f19a4e284048b6f5cb09f9b3ace2ad12c626d7be48eedf5e7379b3',
} as const
