/** Route configurations and requests by chance: few words, so that they often meet. */
const words = ['a', 'b', 'ab', 'A'];
const names = ['x-a', 'x-b', 'X-C'];
const values = ['1', '2', '12', '', 'a b', 'é'];
const hosts = ['a.example', 'b.example', 'x.a.example', 'a.example:80', 'A.Example', 'other'];
const domains = ['a.example', 'b.example', '*.example', '*.a.example', 'a.*', 'x.*', 'a.example:80', 'other'];
const regexes = ['/a.*', '/[ab]+', '.*b', '/a|/b', '/(a|ab)/?', '(?i)/A', '/a/\\w+', '/.{2,3}'];
const rewrites = [
  ['^/([ab]+)', '/r/\\1'],
  ['a', 'x'],
  ['/', '//'],
  ['b*', '_'],
  ['(a)(b)?', '\\2\\1'],
  ['$', '/end'],
  ['nothing', 'x'],
];
const formats = [
  '%REQ(:PATH)%',
  '%REQ(x-a)%',
  'v',
  '%ROUTE_NAME%-%PROTOCOL%',
  '%REQ(x-a?x-b):1%',
  '%PATH(NQ)%',
  '%QUERY_PARAM(q)%',
  '%REQ(none)%',
  '%UPSTREAM_CLUSTER%',
  '100%%',
  '%RESPONSE_CODE%',
];
const appendActions = ['APPEND_IF_EXISTS_OR_ADD', 'ADD_IF_ABSENT', 'OVERWRITE_IF_EXISTS_OR_ADD', 'OVERWRITE_IF_EXISTS'];

/** A scenario with a route configuration and requests. */
export function routeScenario(chance, name) {
  return {
    version: 1,
    name,
    description: 'Routes and requests by chance.',
    // Envoy adds the address of its machine to mirrored requests.
    normalise: [{ pattern: '^\\d+(\\.\\d+){3}$', replace: '{address}' }],
    filters: [],
    routes: routeConfiguration(chance),
    clusters: { other: upstream(chance) },
    upstream: upstream(chance),
    request: Array.from({ length: 8 }, () => request(chance)),
  };
}

function routeConfiguration(chance) {
  const free = [...domains];
  const take = () => free.splice(chance.below(free.length), 1)[0];
  const hostCount = 1 + chance.below(2);
  const virtualHosts = Array.from({ length: hostCount }, (_, i) => ({
    name: `host-${i}`,
    domains: i === 0 && chance.isTrue(0.8) ? ['*'] : [take(), ...(chance.isTrue(0.3) ? [take()] : [])],
    routes: Array.from({ length: 1 + chance.below(4) }, (__, j) => route(chance, `r${i}${j}`)),
    ...chance.fields(0.15, {
      include_request_attempt_count: () => true,
      include_attempt_count_in_response: () => true,
      retry_policy: () => retryPolicy(chance),
    }),
    ...headerOperations(chance, 0.2),
  }));
  return {
    virtual_hosts: virtualHosts,
    ...headerOperations(chance, 0.2),
    ...chance.fields(0.2, { most_specific_header_mutations_wins: () => true, ignore_port_in_host_matching: () => true }),
  };
}

function route(chance, name) {
  const match = routeMatch(chance);
  return { name, match, ...action(chance, match), ...headerOperations(chance, 0.25) };
}

function path(chance) {
  return `/${Array.from({ length: chance.below(3) }, () => chance.pick(words)).join('/')}${chance.isTrue(0.2) ? '/' : ''}`;
}

function routeMatch(chance) {
  const match = chance.oneOf({
    prefix: () => ({ prefix: path(chance) }),
    slash: () => ({ prefix: '/' }),
    path: () => ({ path: path(chance) }),
    separated: () => ({ path_separated_prefix: `/${chance.pick(words)}` }),
    regex: () => ({ safe_regex: { regex: chance.pick(regexes) } }),
    template: () => ({
      path_match_policy: {
        name: 't',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
          path_template: chance.pick(['/{x}', '/a/{x}', '/{x=**}', '/*/{y}', '/{x}/{y=*}', '/{x=a/*}']),
        },
      },
    }),
  });
  return {
    ...match,
    ...chance.fields(0.1, {
      case_sensitive: () => false,
      headers: () => [headerMatcher(chance)],
      query_parameters: () => [
        {
          name: 'q',
          ...chance.oneOf({ one: () => ({ string_match: stringMatch(chance) }), any: () => ({ present_match: chance.isTrue(0.7) }) }),
        },
      ],
    }),
  };
}

function stringMatch(chance) {
  const kind = chance.pick(['exact', 'prefix', 'suffix', 'contains', 'safe_regex']);
  const value = chance.pick(['1', '2', '12', 'a']);
  const match = kind === 'safe_regex' ? { safe_regex: { regex: chance.pick(['1.*', '\\d', '[12]+', '']) || '.' } } : { [kind]: value };
  return kind !== 'safe_regex' && chance.isTrue(0.2) ? { ...match, ignore_case: true } : match;
}

function headerMatcher(chance) {
  return {
    name: chance.pick([...names, ':method', ':authority']),
    ...chance.oneOf({
      string: () => ({ string_match: stringMatch(chance) }),
      present: () => ({ present_match: chance.isTrue(0.7) }),
      range: () => ({ range_match: { start: 1, end: 10 } }),
    }),
    ...chance.fields(0.2, { invert_match: () => true, treat_missing_header_as_empty: () => true }),
  };
}

function action(chance, match) {
  const roll = chance.next();
  if (roll < 0.12) {
    return {
      direct_response: {
        status: chance.pick([200, 201, 204, 301, 404, 503, 599]),
        ...chance.fields(0.6, { body: () => ({ inline_string: chance.pick(['text', 'é', '{}']) }) }),
      },
    };
  }
  if (roll < 0.27) return { redirect: redirect(chance) };
  return { route: forward(chance, match) };
}

function redirect(chance) {
  return {
    ...chance.fields(0.35, {
      host_redirect: () => chance.pick(['new.example', 'new.example:81']),
      port_redirect: () => chance.pick([80, 443, 8080]),
      strip_query: () => true,
      response_code: () => chance.pick(['MOVED_PERMANENTLY', 'FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT']),
    }),
    ...chance.oneOf({
      none: () => ({}),
      https: () => ({ https_redirect: true }),
      scheme: () => ({ scheme_redirect: chance.pick(['ftp', 'HTTPS']) }),
    }),
    ...chance.oneOf({
      none: () => ({}),
      path: () => ({ path_redirect: chance.pick(['/new', '/new?n=1', '/new#f']) }),
      prefix: () => ({ prefix_rewrite: chance.pick(['/p', '/p/', '/']) }),
      regex: () => regexRewrite(chance),
    }),
  };
}

function regexRewrite(chance) {
  const [regex, substitution] = chance.pick(rewrites);
  return { regex_rewrite: { pattern: { regex }, substitution } };
}

function forward(chance, match) {
  const template = match.path_match_policy?.typed_config.path_template;
  const rewritesPath = {
    none: () => ({}),
    prefix: () => ({ prefix_rewrite: chance.pick(['/p', '/p/', '/', 'q']) }),
    regex: () => regexRewrite(chance),
    format: () => ({ path_rewrite: `/f${chance.pick(['%REQ(x-a)%', '%PATH(NQ)%', ''])}` }),
    ...(template === undefined
      ? {}
      : {
          template: () => ({
            path_rewrite_policy: {
              name: 'w',
              typed_config: {
                '@type': 'type.googleapis.com/envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig',
                path_template_rewrite: `/w/${(template.match(/\{\w+/g) ?? []).map((item) => `${item}}`).join('-')}`,
              },
            },
          }),
        }),
  };
  return {
    ...chance.oneOf({
      cluster: () => ({ cluster: chance.pick(['upstream', 'upstream', 'other']) }),
      header: () => ({ cluster_header: 'x-cluster' }),
      weighted: () => ({ weighted_clusters: weighted(chance) }),
    }),
    ...chance.oneOf(rewritesPath),
    ...chance.oneOf({
      none: () => ({}),
      literal: () => ({ host_rewrite_literal: chance.pick(['new.example', 'new.example:81']) }),
      header: () => ({ host_rewrite_header: 'x-host' }),
      regex: () => ({ host_rewrite_path_regex: { pattern: { regex: '^/(\\w+).*$' }, substitution: '\\1.host' } }),
    }),
    ...chance.fields(0.15, {
      append_x_forwarded_host: () => true,
      retry_policy: () => retryPolicy(chance),
      internal_redirect_policy: () => ({
        max_internal_redirects: 1 + chance.below(2),
        ...chance.fields(0.3, { allow_cross_scheme_redirect: () => true, redirect_response_codes: () => [301, 307] }),
      }),
      request_mirror_policies: () => [{ cluster: 'other', ...chance.fields(0.3, { disable_shadow_host_suffix_append: () => true }) }],
      cluster_not_found_response_code: () => chance.pick(['NOT_FOUND', 'INTERNAL_SERVER_ERROR']),
    }),
  };
}

function weighted(chance) {
  const own = () => ({ ...headerOperations(chance, 0.3), ...chance.fields(0.2, { host_rewrite_literal: () => 'weighted.example' }) });
  const [first, second] = chance.isTrue(0.5) ? [1, 0] : [0, 1];
  return {
    clusters: [
      { name: 'upstream', weight: first, ...own() },
      { name: 'other', weight: second, ...own() },
    ],
    ...chance.fields(0.3, { header_name: () => 'x-draw' }),
  };
}

function retryPolicy(chance) {
  return {
    retry_on: chance.pick(['5xx', 'gateway-error', 'reset', 'retriable-4xx,5xx', 'connect-failure', 'retriable-status-codes']),
    retry_back_off: { base_interval: '0.001s', max_interval: '0.002s' },
    ...chance.fields(0.5, { num_retries: () => chance.below(4), retriable_status_codes: () => [404, 409] }),
  };
}

function headerOperations(chance, share) {
  const add = () => ({
    header: { key: chance.pick(names), value: chance.pick(formats) },
    ...chance.fields(0.5, { append_action: () => chance.pick(appendActions) }),
    ...chance.fields(0.2, { keep_empty_value: () => true }),
  });
  return chance.fields(share, {
    request_headers_to_add: () => [add(), ...chance.some(2, add)],
    request_headers_to_remove: () => [chance.pick(names)],
    response_headers_to_add: () => [add(), ...chance.some(2, add)],
    response_headers_to_remove: () => [chance.pick([...names, 'content-type'])],
  });
}

function upstream(chance) {
  const answer = () => {
    const status = chance.pick([200, 200, 200, 404, 409, 500, 503, 302, 307]);
    return {
      status,
      headers: [
        ...(status > 300 && status < 400
          ? [['location', chance.pick(['/a', 'http://b.example/ab?q=1', 'https://a.example/', '//x'])]]
          : []),
        ...(chance.isTrue(0.3) ? [['content-type', 'text/x']] : []),
        ...chance.some(2, () => [chance.pick(['x-a', 'x-b', 'x-c']), chance.pick(['1', '2', ''])]),
      ],
      ...chance.fields(0.5, { body: () => 'body' }),
    };
  };
  return chance.oneOf({
    echo: () => ({ echo: true }),
    one: answer,
    several: () => ({ responses: [chance.isTrue(0.3) ? { reset: true } : answer(), answer(), answer()] }),
  });
}

function request(chance) {
  const query = chance.isTrue(0.4) ? `?${chance.pick(['q=1', 'q', 'q=2&q=1', 'r=1', 'q=%31'])}` : '';
  return {
    headers: [
      ...(chance.isTrue(0.2) ? [[':method', chance.pick(['POST', 'HEAD', 'PUT'])]] : []),
      [':authority', chance.pick(hosts)],
      [':path', path(chance) + query],
      ...chance.some(3, () => [chance.pick(names).toLowerCase(), chance.pick(values)]),
      ...Object.entries(
        chance.fields(0.15, {
          'x-cluster': () => chance.pick(['upstream', 'other', 'none']),
          'x-host': () => 'header.example',
          'x-draw': () => String(chance.below(4)),
          'x-forwarded-proto': () => 'https',
          'x-forwarded-host': () => chance.pick(['a.example', 'z']),
          'x-envoy-retry-on': () => '5xx',
          'x-envoy-max-retries': () => String(chance.below(3)),
        }),
      ),
    ],
    ...chance.fields(0.2, { body: () => 'request body' }),
  };
}
