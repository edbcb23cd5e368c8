import { PubKey as Ed25519 } from 'cosmjs-types/cosmos/crypto/ed25519/keys';
import { PubKey as Secp256k1 } from 'cosmjs-types/cosmos/crypto/secp256k1/keys';
import { MsgCreateValidator } from 'cosmjs-types/cosmos/staking/v1beta1/tx';
import { SignMode } from 'cosmjs-types/cosmos/tx/signing/v1beta1/signing';
import { AuthInfo, SignDoc, TxBody } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import type { Coin } from '../../core/coins.ts';
import { type Account, bech32Address, signed } from './account.ts';

/** What a validator says of itself in the genesis. */
export type Validator = {
  readonly chainID: string;
  readonly moniker: string;
  readonly stake: Coin;
  /** NODE_ID@HOST:PORT. */
  readonly memo: string;
  readonly consensusKey: Uint8Array;
  readonly account: Account;
};

const types = {
  message: '/cosmos.staking.v1beta1.MsgCreateValidator',
  consensusKey: '/cosmos.crypto.ed25519.PubKey',
  accountKey: '/cosmos.crypto.secp256k1.PubKey',
} as const;

/** Tenths of a percent: 10 % of commission, 20 % at most, 1 % more a day; as the published sidecar has them. */
const commission = { rate: 100, maxRate: 200, maxChangeRate: 10 } as const;

/** The transaction that makes a validator at genesis, signed, byte for byte as `seid gentx` writes it. */
export function gentx(validator: Validator): string {
  const { account, chainID } = validator;
  const bodyBytes = TxBody.encode(body(validator)).finish();
  const authInfoBytes = AuthInfo.encode(authInfo(account)).finish();
  const document = SignDoc.encode({ bodyBytes, authInfoBytes, chainId: chainID, accountNumber: 0n }).finish();
  const signature = Buffer.from(signed(account, document)).toString('base64');
  const fields = { body: bodyFields(validator), auth_info: authFields(account), signatures: [signature] };
  return `${JSON.stringify(fields)}\n`;
}

function body(validator: Validator): TxBody {
  const value = MsgCreateValidator.encode(message(validator)).finish();
  return TxBody.fromPartial({ messages: [{ typeUrl: types.message, value }], memo: validator.memo });
}

function message({ moniker, stake, consensusKey, account: { address } }: Validator): MsgCreateValidator {
  return MsgCreateValidator.fromPartial({
    description: { moniker },
    commission: {
      rate: atomics(commission.rate),
      maxRate: atomics(commission.maxRate),
      maxChangeRate: atomics(commission.maxChangeRate),
    },
    minSelfDelegation: '1',
    delegatorAddress: bech32Address('sei', address),
    validatorAddress: bech32Address('seivaloper', address),
    pubkey: { typeUrl: types.consensusKey, value: Ed25519.encode({ key: consensusKey }).finish() },
    value: stake,
  });
}

function authInfo({ publicKey }: Account): AuthInfo {
  const key = { typeUrl: types.accountKey, value: Secp256k1.encode({ key: publicKey }).finish() };
  const modeInfo = { single: { mode: SignMode.SIGN_MODE_DIRECT } };
  return AuthInfo.fromPartial({ signerInfos: [{ publicKey: key, modeInfo, sequence: 0n }], fee: {} });
}

/** The JSON of the SDK, where every field is written and the message is its own wrapping. */
function bodyFields({ moniker, stake, memo, consensusKey, account: { address } }: Validator): object {
  const message = {
    '@type': types.message,
    description: { moniker, identity: '', website: '', security_contact: '', details: '' },
    commission: {
      rate: decimal(commission.rate),
      max_rate: decimal(commission.maxRate),
      max_change_rate: decimal(commission.maxChangeRate),
    },
    min_self_delegation: '1',
    delegator_address: bech32Address('sei', address),
    validator_address: bech32Address('seivaloper', address),
    pubkey: { '@type': types.consensusKey, key: base64(consensusKey) },
    value: { denom: stake.denom, amount: stake.amount },
  };
  return {
    messages: [message],
    memo,
    timeout_height: '0',
    extension_options: [],
    non_critical_extension_options: [],
  };
}

function authFields({ publicKey }: Account): object {
  const signer = {
    public_key: { '@type': types.accountKey, key: base64(publicKey) },
    mode_info: { single: { mode: 'SIGN_MODE_DIRECT' } },
    sequence: '0',
  };
  // gas_estimate is Sei's own.
  const fee = { amount: [], gas_limit: '0', payer: '', granter: '', gas_estimate: '0' };
  return { signer_infos: [signer], fee };
}

/** 18 digits behind the point: as a whole number on the wire, with the point in JSON. */
function atomics(thousandths: number): string {
  return `${thousandths}${'0'.repeat(15)}`;
}

function decimal(thousandths: number): string {
  return `0.${String(thousandths).padStart(3, '0')}${'0'.repeat(15)}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
