// Written by train/publish.py together with the file in model/.

export const REVISION = '0.3.0-f9d6d81d2e52'

export const SHA256 = {
  model: 'f9d6d81d2e523f3fcf868ace113cf96cfa05e75908ad311d0857b786fe146570',
} as const
