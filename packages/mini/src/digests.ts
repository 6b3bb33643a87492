// Written by train/publish.py together with the files in model/.

export const REVISION = '0.1.0-971c9ce4f077'

export const SHA256 = {
  model: '624b00c8df4fd7c90c0602f9cae9bdbed365d61670e9dbefb936b8309691db3d',
  tokenizer: 'dce943fb34f19a4e284048b6f5cb09f9b3ace2ad12c626d7be48eedf5e7379b3',
} as const
