import { useState } from 'react';
import type { ReactElement } from 'react';
import { isObject } from '#base/json.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { Resource } from '#istio/resource.ts';
import type { JwtProvider } from '#workspace/token/jwt-providers.ts';
import { claimsFor, jwtProviders, withInlineKey } from '#workspace/token/jwt-providers.ts';
import type { TokenAlgorithm, TokenKey } from '#workspace/token/make-token.ts';
import { makeKey, signToken } from '#workspace/token/make-token.ts';
import { Button } from '../kit/Button.tsx';
import { Select } from '../kit/Select.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useApp } from '../shell/shell-context.ts';
import formStyles from './form/Form.module.css';
import styles from './Inspector.module.css';

const minutes = 60;

/** A key and a token for a provider of jwt_authn, made in this page: the public key goes into the text, the token into the request. */
export function TokenMaker({ resource }: { readonly resource: Resource }): ReactElement | null {
  const app = useApp();
  const words = app.messages.inspector.token;
  const providers = jwtProviders(resource);
  const [chosen, setChosen] = useState<string>();
  const [algorithm, setAlgorithm] = useState<TokenAlgorithm>('RS256');
  const [key, setKey] = useState<TokenKey>();
  const [openedAt] = useState(() => Math.floor(Date.now() / 1000));
  const [draft, setDraft] = useState<string>();
  const provider = providers.find(({ name }) => name === chosen) ?? providers[0];
  if (provider === undefined) return null;
  const text = draft ?? JSON.stringify(claimsFor(provider, openedAt, minutes), undefined, 2);
  const claims = readClaims(text);

  const sign = async (by: TokenKey, payload: JsonObject): Promise<void> => {
    const token = await signToken(by, payload);
    putIntoRequest(app, token);
    setDraft(text);
  };
  const make = async (to: JwtProvider): Promise<void> => {
    if (claims === undefined) return;
    const fresh = await makeKey(algorithm, crypto.randomUUID().slice(0, 8));
    const result = app.workspace.actions.setValue(resource, to.path, withInlineKey(to, fresh.publicJwk), words.label);
    if (!result.ok) {
      app.shell.toasts.show({ tone: 'error', text: result.error.message, help: result.error.help });
      return;
    }
    setKey(fresh);
    await sign(fresh, claims);
    app.shell.toasts.show({ tone: 'success', text: words.made });
  };
  return (
    <details className={styles.section}>
      <summary>{words.title}</summary>
      <div className={formStyles.form}>
        <p className={formStyles.hint}>{words.text}</p>
        {providers.length > 1 && (
          <Select
            label={words.provider}
            value={provider.name}
            options={providers.map(({ name }) => ({ value: name, label: name }))}
            onChange={(name) => {
              setChosen(name);
              setDraft(undefined);
              setKey(undefined);
            }}
          />
        )}
        <Select
          label={words.algorithm}
          value={algorithm}
          options={[
            { value: 'RS256', label: 'RS256' },
            { value: 'ES256', label: 'ES256' },
          ]}
          onChange={(value) => setAlgorithm(value === 'ES256' ? 'ES256' : 'RS256')}
        />
        <TextField
          label={words.claims}
          hint={words.claimsHint}
          error={claims === undefined ? words.notClaims : undefined}
          mono
          multiline={6}
          value={text}
          onChange={setDraft}
        />
        <div className={formStyles.buttons}>
          <Button size="small" variant="primary" disabled={claims === undefined} onClick={() => void make(provider)}>
            {words.make}
          </Button>
          {key !== undefined && claims !== undefined && (
            <Button size="small" onClick={() => void sign(key, claims)}>
              {words.sign}
            </Button>
          )}
        </div>
      </div>
    </details>
  );
}

/** The `authorization` header of the request in the preview, in the place of the one that is there. */
function putIntoRequest({ workspace }: ReturnType<typeof useApp>, token: string): void {
  const { request } = workspace.runs.getState();
  const others = request.headers.filter(([name]) => name.toLowerCase() !== 'authorization');
  workspace.runs.setState({ request: { ...request, headers: [...others, ['authorization', `Bearer ${token}`]] } });
}

function readClaims(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // half-typed text is normal here
  }
}
