import { bytesToByteString, byteStringToBytes, utf8ToByteString } from '#base/bytes.ts';
import type { ConnectionInfo, TlsInfo } from '../../../http/connection-info.ts';
import type { StreamInfo } from '../../../http/stream-info.ts';
import { list } from '../../../lua/codec.ts';
import type { HostClass, Method } from '../objects.ts';
import { ScriptError } from '../script-error.ts';
import type { StreamRun } from '../stream-run.ts';
import { logMethods } from './log-methods.ts';
import { dynamicMetadataClass } from './metadata-methods.ts';

type InfoMethod = Method<StreamInfo, StreamRun>;

function sslOf(run: StreamRun): MethodValues {
  const { tls } = run.stream.info.connection;
  return [tls === undefined ? undefined : run.object('ssl', sslClass, tls)];
}

type MethodValues = readonly [ReturnType<StreamRun['object']> | undefined];

const connectionText =
  (read: (connection: ConnectionInfo) => string): InfoMethod =>
  (info) => [read(info.connection)];

/** envoy `StreamInfoWrapper`. */
export const streamInfoClass: HostClass<StreamInfo, StreamRun> = {
  name: 'streamInfo',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua17StreamInfoWrapperE',
  methods: {
    ...logMethods,
    protocol: (info) => [info.protocol],
    routeName: (info) => [info.routeName],
    virtualClusterName: () => [''],
    downstreamLocalAddress: connectionText((connection) => connection.localAddress),
    downstreamDirectLocalAddress: connectionText((connection) => connection.localAddress),
    downstreamRemoteAddress: connectionText((connection) => connection.remoteAddress),
    downstreamDirectRemoteAddress: connectionText((connection) => connection.directRemoteAddress),
    requestedServerName: connectionText((connection) => connection.requestedServerName),
    downstreamSslConnection: (_, __, run) => sslOf(run),
    drainConnectionUponCompletion: () => [],
    dynamicMetadata: (info, _, run) => [
      run.object('dynamicMetadata', dynamicMetadataClass, { namespaces: info.dynamicMetadata, writable: true, iterating: false }),
    ],
    dynamicTypedMetadata(_, args) {
      args.string(2);
      return [undefined];
    },
    filterState: (info, _, run) => [run.object('filterState', filterStateClass, info)],
  },
};

/** Factories whose objects are plain text (envoy `source/common/router/string_accessor_impl`, `generic_string_object_factory.cc`). */
const textFactories = new Set(['envoy.string', 'envoy.hashable_string']);

/** envoy `FilterStateWrapper`. */
const filterStateClass: HostClass<StreamInfo, StreamRun> = {
  name: 'filterState',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua18FilterStateWrapperE',
  methods: {
    ...logMethods,
    get(info, args) {
      const object = info.filterState.get(args.string(2));
      const field = args.optionalString(3);
      return object?.bytes === undefined || field !== undefined ? [] : [bytesToByteString(object.bytes)];
    },
    set(info, args) {
      const key = args.string(2);
      const factory = args.string(3);
      const value = args.string(4);
      if (!textFactories.has(factory)) throw new ScriptError(`'${factory}' does not have an object factory`);
      info.filterState.set(key, { bytes: byteStringToBytes(value), readOnly: false, type: 1 });
      return [];
    },
  },
};

/** envoy `ConnectionStreamInfoWrapper`. */
export const connectionStreamInfoClass: HostClass<StreamInfo, StreamRun> = {
  name: 'connectionStreamInfo',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua27ConnectionStreamInfoWrapperE',
  methods: {
    ...logMethods,
    // Nothing writes metadata of the connection here: no network filter does before the connection manager.
    dynamicMetadata: (_, __, run) => [
      run.object('connectionMetadata', dynamicMetadataClass, { namespaces: new Map(), writable: false, iterating: false }),
    ],
    dynamicTypedMetadata: () => [undefined],
  },
};

/** envoy `ConnectionWrapper`. */
export const connectionClass: HostClass<ConnectionInfo, StreamRun> = {
  name: 'connection',
  cppName: 'N5Envoy10Extensions7Filters6Common3Lua17ConnectionWrapperE',
  methods: { ...logMethods, ssl: (_, __, run) => sslOf(run) },
};

const sslText =
  (read: (tls: TlsInfo) => string): Method<TlsInfo, StreamRun> =>
  (tls) => [utf8ToByteString(read(tls))];
const sslList =
  (read: (tls: TlsInfo) => readonly string[]): Method<TlsInfo, StreamRun> =>
  (tls) => [list(read(tls).map(utf8ToByteString))];

/** envoy `SslConnectionWrapper`, as far as a preview knows the certificates. */
const sslClass: HostClass<TlsInfo, StreamRun> = {
  name: 'ssl',
  cppName: 'N5Envoy10Extensions7Filters6Common3Lua20SslConnectionWrapperE',
  methods: {
    ...logMethods,
    peerCertificatePresented: (tls) => [tls.mutual],
    peerCertificateValidated: (tls) => [tls.mutual],
    uriSanLocalCertificate: sslList((tls) => tls.localUriSans),
    uriSanPeerCertificate: sslList((tls) => tls.peerUriSans),
    dnsSansLocalCertificate: sslList((tls) => tls.localDnsSans),
    dnsSansPeerCertificate: sslList((tls) => tls.peerDnsSans),
    subjectLocalCertificate: sslText((tls) => tls.localSubject),
    subjectPeerCertificate: sslText((tls) => tls.peerSubject),
    sha256PeerCertificateDigest: sslText((tls) => tls.peerDigest),
    ciphersuiteString: sslText((tls) => tls.cipher),
    tlsVersion: sslText((tls) => tls.version),
  },
};

export const infoClasses = [streamInfoClass, filterStateClass, connectionStreamInfoClass, connectionClass, sslClass] as const;
