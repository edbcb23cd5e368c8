import test from 'ava';
import type { NetworkPolicy, NetworkPolicyPeer } from '../../core/network/network-policy.ts';
import { whyNoGo } from '../go-program.ts';
import { requires } from '../requires.ts';
import { type Case, policy } from './case.ts';
import { askCyclonus } from './cyclonus.ts';
import { askRules } from './ours.ts';
import { recipes } from './recipes.ts';

const testWithCyclonus = requires('Go 1.26 to build cyclonus', whyNoGo() === undefined);

/** Where an analyser or a recipe says otherwise than the rules, and the sentence of the API's documentation that settles it. */
type Settled = {
  readonly title: string;
  /** Of the API reference, or of the page it links. */
  readonly sentence: string;
  readonly policies: readonly NetworkPolicy[];
  /** Who reaches `arctic/n0-0:8443`. */
  readonly reach: readonly string[];
  /** What cyclonus says instead, where it does. */
  readonly cyclonus?: readonly string[];
};
