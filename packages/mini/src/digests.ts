// Written by train/publish.py together with the file in model/.

export const REVISION = '0.2.0-b34e8ac1b0c7'

export const SHA256 = {
  model: 'b34e8ac1b0c7829b64b16d1edd01b2d33cb05e8c1f7cdd3855383ca81405dfad',
} as const
