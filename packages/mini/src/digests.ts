// Written by train/publish.py together with the file in model/.

export const REVISION = '0.2.0-77770a41437a'

export const SHA256 = {
  model: '77770a41437aca2916b53b41650429f56c2eeb27287879ac1130feddd71f1a41',
} as const
