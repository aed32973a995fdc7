/** What values are sealed with, by the published vectors of each, and what must hold of the bytes. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normal, SealBroken } from './vault.ts';
import { derive, gcmDecrypt, gcmEncrypt, hmac, joined, unwrapBytes, wrapBytes } from './vault-crypto.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex');

describe('published vectors', () => {
  // McGrew and Viega, The Galois/Counter Mode of Operation, appendix B: the test cases with 256-bit keys and 96-bit nonces.
  const long = 'feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308';
  const text =
    'd9313225f88406e5a55909c5aff5269a 86a7a9531534f7da2e4c303d8a318a72 1c3c0c95956809532fcf0e2449a6b525 b16aedf5aa0de657ba637b391aafd255';
  const cipher =
    '522dc1f099567d07f47f37a32a84427d 643a8cdcbfe5c0c97598a2bd2555d1aa 8cb08e48590dbb3da7b08b1056828838 c5f61e6393ba7a0abcc9f662898015ad';
  const cases = [
    {
      name: '13',
      key: '00'.repeat(32),
      nonce: '00'.repeat(12),
      plain: '',
      aad: '',
      sealed: '530f8afbc74536b9a963b4f1c4cb738b',
    },
    {
      name: '14',
      key: '00'.repeat(32),
      nonce: '00'.repeat(12),
      plain: '00'.repeat(16),
      aad: '',
      sealed: 'cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919',
    },
    {
      name: '15',
      key: long,
      nonce: 'cafebabefacedbaddecaf888',
      plain: text,
      aad: '',
      sealed: `${cipher} b094dac5d93471bdec1a502270e3cc6c`,
    },
    {
      name: '16',
      key: long,
      nonce: 'cafebabefacedbaddecaf888',
      plain: text.replace(/\s+/g, '').slice(0, 120),
      aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      sealed: `${cipher.replace(/\s+/g, '').slice(0, 120)} 76fc6ece0f4e1768cddf8853bb2d551b`,
    },
  ];
  test.each(cases)('AES-256-GCM test case $name', ({ key, nonce, plain, aad, sealed }) => {
    expect(gcmEncrypt(hex(key), hex(nonce), hex(plain), hex(aad)).toString('hex')).toBe(hex(sealed).toString('hex'));
    expect(gcmDecrypt(hex(key), hex(nonce), hex(sealed), hex(aad)).toString('hex')).toBe(hex(plain).toString('hex'));
  });

  test.each([
    {
      name: '1',
      key: '0b'.repeat(20),
      data: Buffer.from('Hi There'),
      mac: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    },
    {
      name: '2',
      key: Buffer.from('Jefe').toString('hex'),
      data: Buffer.from('what do ya want for nothing?'),
      mac: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    },
    {
      name: '3',
      key: 'aa'.repeat(20),
      data: hex('dd'.repeat(50)),
      mac: '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    },
    {
      name: '4',
      key: '0102030405060708090a0b0c0d0e0f10111213141516171819',
      data: hex('cd'.repeat(50)),
      mac: '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    },
    {
      name: '6',
      key: 'aa'.repeat(131),
      data: Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
      mac: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    },
  ])('RFC 4231 HMAC-SHA-256 test case $name', ({ key, data, mac }) => {
    expect(hmac(hex(key), data).toString('hex')).toBe(mac);
  });

  test('RFC 5869 HKDF-SHA-256 test case 1', () => {
    const out = derive(hex('0b'.repeat(22)), hex('f0f1f2f3f4f5f6f7f8f9'), 42, hex('000102030405060708090a0b0c'));
    expect(out.toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });
});

describe('primitives', () => {
  test('what was wrapped unwraps, and any single changed bit does not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 40 }), fc.nat(), (plain, aad, at) => {
        const key = randomBytes(32);
        const wrapped = wrapBytes(key, Buffer.from(plain), Buffer.from(aad));
        expect(unwrapBytes(key, wrapped, Buffer.from(aad)).equals(Buffer.from(plain))).toBe(true);
        const bad = Buffer.from(wrapped);
        const bit = at % (bad.length * 8);
        bad[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => unwrapBytes(key, bad, Buffer.from(aad))).toThrow(SealBroken);
      }),
    );
  });

  test('two different lists of words never give the same bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        expect(joined(...a).equals(joined(...b))).toBe(
          a.length === b.length && a.every((word, i) => Buffer.from(word).equals(Buffer.from(b[i]!))),
        );
      }),
    );
  });

  test('people write the same thing differently', () => {
    expect(normal.phone('(713) 555-0100')).toBe(normal.phone('+1 713.555.0100'));
    expect(normal.email(' Ana@Example.ORG')).toBe('ana@example.org');
    expect(normal.text('  María   DEL Mar ')).toBe('maría del mar');
  });
});
