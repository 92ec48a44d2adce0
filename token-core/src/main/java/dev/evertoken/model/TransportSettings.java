package dev.evertoken.model;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * How the connections to the endpoints of a provider are made: certificates, proxy and time-outs. Immutable.
 *
 * <p>A setting that is not set is that of the JVM: its default trust store, the key store of {@code
 * javax.net.ssl.keyStore}, its {@link java.net.ProxySelector} and its {@link java.net.Authenticator}. Key stores and
 * certificates are read once, when they are set. Two instances are equal only if they are the same object.
 */
public final class TransportSettings {

    private static final TransportSettings OF_THE_JVM = builder().build();

    private final Optional<X509TrustManager> trust;
    private final Optional<X509ExtendedKeyManager> keys;
    private final Optional<SSLContext> sslContext;
    private final Optional<Proxy> proxy;
    private final Optional<ProxyCredentials> proxyCredentials;
    private final Optional<Duration> connectTimeout;
    private final Optional<Duration> callTimeout;
    private final boolean plainHttp;
    private final boolean privateNetwork;

    /**
     * The credentials for an HTTP proxy (RFC 7617). Immutable.
     *
     * @param user the user name
     * @param password called for each connection, on any thread, so that a changed password takes effect
     */
    public record ProxyCredentials(String user, Supplier<Secret> password) {

        /** Returns the type without the credentials. */
        @Override
        public String toString() {
            return "ProxyCredentials[<redacted>]";
        }
    }

    private TransportSettings(Builder from) {
        this.trust = from.trust;
        this.keys = from.keys;
        this.sslContext = from.sslContext;
        this.proxy = from.proxy;
        this.proxyCredentials = from.proxyCredentials;
        this.connectTimeout = from.connectTimeout;
        this.callTimeout = from.callTimeout;
        this.plainHttp = from.plainHttp;
        this.privateNetwork = from.privateNetwork;
    }

    /** Returns the settings of the JVM. */
    public static TransportSettings ofTheJvm() {
        return OF_THE_JVM;
    }

    /** Returns a builder in which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns what decides whether a server's certificate is trusted; empty for the trust store of the JVM. */
    public Optional<X509TrustManager> trust() {
        return trust;
    }

    /** Returns the source of the client certificate; empty for the key store of the JVM, if there is one. */
    public Optional<X509ExtendedKeyManager> keys() {
        return keys;
    }

    /** Returns the context that creates the TLS connections; empty if they are made from the other settings. */
    public Optional<SSLContext> sslContext() {
        return sslContext;
    }

    /** Returns the proxy, {@link Proxy#NO_PROXY} for a direct connection; empty for the proxies of the JVM. */
    public Optional<Proxy> proxy() {
        return proxy;
    }

    /** Returns the credentials for the proxy; empty for those of {@link java.net.Authenticator}. */
    public Optional<ProxyCredentials> proxyCredentials() {
        return proxyCredentials;
    }

    /** Returns the maximum duration of connecting; empty for 5 seconds. */
    public Optional<Duration> connectTimeout() {
        return connectTimeout;
    }

    /** Returns the maximum duration of a call; empty for the call deadline of all clients. */
    public Optional<Duration> callTimeout() {
        return callTimeout;
    }

    /** Returns whether requests may be sent over http. */
    public boolean allowsPlainHttp() {
        return plainHttp;
    }

    /** Returns whether an endpoint may be at an address that is not public. */
    public boolean allowsPrivateNetwork() {
        return privateNetwork;
    }

    /** Returns whether a client certificate can be presented, as far as these settings show. */
    public boolean hasClientCertificate() {
        return keys.isPresent() || sslContext.isPresent() || System.getProperty("javax.net.ssl.keyStore") != null;
    }

    /**
     * Returns these settings of one client, completed by those of all clients.
     *
     * <p>A setting of the client takes precedence over the same setting of all clients. Two groups are taken as a whole:
     * a client with a proxy of its own does not get the credentials of another one, and an {@link SSLContext} does not
     * get the certificates of the other side.
     */
    public TransportSettings completedBy(TransportSettings ofAll) {
        if (ofAll == OF_THE_JVM) {
            return this;
        }
        if (this == OF_THE_JVM && !ofAll.plainHttp && !ofAll.privateNetwork) {
            return ofAll; // clients with equal settings share their TLS context
        }
        Builder both = new Builder();
        boolean ownTls = sslContext.isPresent() || trust.isPresent() || keys.isPresent();
        boolean isContext = sslContext.isPresent() || (ofAll.sslContext.isPresent() && ownTls);
        both.sslContext = ownTls ? sslContext : ofAll.sslContext;
        both.trust = isContext ? trust : trust.or(ofAll::trust);
        both.keys = isContext ? keys : keys.or(ofAll::keys);
        both.proxy = proxy.or(ofAll::proxy);
        both.proxyCredentials = proxy.isPresent() ? proxyCredentials : proxyCredentials.or(ofAll::proxyCredentials);
        both.connectTimeout = connectTimeout.or(ofAll::connectTimeout);
        both.callTimeout = callTimeout.or(ofAll::callTimeout);
        both.plainHttp = plainHttp;
        both.privateNetwork = privateNetwork;
        return new TransportSettings(both);
    }

    /** Returns the settings that were made, without credentials. */
    @Override
    public String toString() {
        List<String> set = new ArrayList<>();
        trust.ifPresent(any -> set.add(sslContext.isPresent() ? "sslContext" : "trustStore"));
        keys.ifPresent(any -> set.add("keyStore"));
        proxy.ifPresent(address -> set.add("proxy " + address));
        proxyCredentials.ifPresent(any -> set.add("proxyCredentials"));
        connectTimeout.ifPresent(most -> set.add("connectTimeout " + most));
        callTimeout.ifPresent(most -> set.add("callTimeout " + most));
        if (plainHttp) {
            set.add("allowPlainHttp");
        }
        if (privateNetwork) {
            set.add("allowPrivateNetwork");
        }
        return "TransportSettings[" + String.join(", ", set) + "]";
    }

    /** Builds {@link TransportSettings}. Not thread-safe; build on one thread, then share the result. */
    public static final class Builder {
        private Optional<X509TrustManager> trust = Optional.empty();
        private Optional<X509ExtendedKeyManager> keys = Optional.empty();
        private Optional<SSLContext> sslContext = Optional.empty();
        private Optional<Proxy> proxy = Optional.empty();
        private Optional<ProxyCredentials> proxyCredentials = Optional.empty();
        private Optional<Duration> connectTimeout = Optional.empty();
        private Optional<Duration> callTimeout = Optional.empty();
        private boolean plainHttp;
        private boolean privateNetwork;

        private Builder() {}

        /**
         * Trusts the certificates of a trust store, instead of those of the JVM.
         *
         * @throws IllegalArgumentException if it has no certificate
         */
        public Builder trustStore(KeyStore certificates) {
            this.trust = Optional.of(Certificates.trusting(certificates, "trust store"));
            return this;
        }

        /**
         * Trusts the certificates of a trust store, PKCS12 or JKS, instead of those of the JVM.
         *
         * @param password is not kept
         * @throws IllegalArgumentException if the file cannot be read or has no certificate; the message names the file
         */
        public Builder trustStore(Path file, char[] password) {
            String name = "trust store " + file;
            this.trust = Optional.of(Certificates.trusting(Certificates.store(file, password, name), name));
            return this;
        }

        /**
         * Trusts the certificates of a PEM file, such as that of a company's certificate authority, instead of those of
         * the JVM.
         *
         * @throws IllegalArgumentException if the file cannot be read or has no certificate; the message names the file
         */
        public Builder trustedCertificates(Path pem) {
            this.trust = Optional.of(Certificates.trusting(Certificates.pem(pem), "certificate file " + pem));
            return this;
        }

        /**
         * Presents the certificate of a key store to servers that request one (RFC 8705).
         *
         * @param password the password of the key; is not kept
         * @throws IllegalArgumentException if the store has no private key or the password is wrong
         */
        public Builder keyStore(KeyStore certificate, char[] password) {
            this.keys = Optional.of(Certificates.presenting(certificate, password, "key store"));
            return this;
        }

        /**
         * Presents the certificate of a key store, PKCS12 or JKS, to servers that request one (RFC 8705).
         *
         * @param password the password of the store and of its key; is not kept
         * @throws IllegalArgumentException if the file cannot be read or has no private key; the message names the file
         */
        public Builder keyStore(Path file, char[] password) {
            String name = "key store " + file;
            KeyStore store = Certificates.store(file, password, name);
            this.keys = Optional.of(Certificates.presenting(store, password, name));
            return this;
        }

        /**
         * Creates TLS connections with a context of the application, for certificates that are replaced while it runs or
         * are kept in hardware. Replaces the trust store and the key store.
         *
         * @param trusted decides which servers that context trusts
         */
        public Builder sslContext(SSLContext context, X509TrustManager trusted) {
            this.sslContext = Optional.of(context);
            this.trust = Optional.of(trusted);
            return this;
        }

        /** Connects through a proxy; {@link Proxy#NO_PROXY} connects directly, whatever the JVM is set to. */
        public Builder proxy(Proxy address) {
            this.proxy = Optional.of(address);
            return this;
        }

        /** Connects through an HTTP proxy. */
        public Builder proxy(String host, int port) {
            return proxy(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
        }

        /**
         * Sets the credentials for the HTTP proxy, or for those of the JVM if no proxy is set.
         *
         * @param password called for each connection, on any thread, so that a changed password takes effect
         */
        public Builder proxyCredentials(String user, Supplier<Secret> password) {
            this.proxyCredentials = Optional.of(new ProxyCredentials(user, password));
            return this;
        }

        /** Sets the maximum duration of a name lookup and of connecting, each; 5 s by default. */
        public Builder connectTimeout(Duration most) {
            this.connectTimeout = Optional.of(positive("connectTimeout", most));
            return this;
        }

        /** Sets the maximum duration of a call, including connecting; at most the call deadline, which is the default. */
        public Builder callTimeout(Duration most) {
            this.callTimeout = Optional.of(positive("callTimeout", most));
            return this;
        }

        /**
         * Allows endpoints with http, inside a network whose operators may read tokens and client secrets. It can be set
         * for single clients only, and a warning names the hosts. Requests with tokens to APIs require https in any
         * case.
         */
        public Builder allowPlainHttp() {
            this.plainHttp = true;
            return this;
        }

        /** Allows endpoints at private addresses. It can be set for single clients only. */
        public Builder allowPrivateNetwork() {
            this.privateNetwork = true;
            return this;
        }

        /** @throws IllegalArgumentException if settings contradict each other */
        public TransportSettings build() {
            if (sslContext.isPresent() && keys.isPresent()) {
                throw new IllegalArgumentException("sslContext and keyStore are set; the context has keys of its own");
            }
            if (proxyCredentials.isPresent()
                    && proxy.filter(set -> set.type() != Proxy.Type.HTTP).isPresent()) {
                throw new IllegalArgumentException(
                        "proxyCredentials are for an HTTP proxy; the JDK takes those of a SOCKS"
                                + " proxy from java.net.Authenticator");
            }
            return new TransportSettings(this);
        }

        private static Duration positive(String setting, Duration value) {
            if (value.toMillis() < 1) {
                throw new IllegalArgumentException(setting + " " + value + " is shorter than a millisecond");
            }
            return value;
        }
    }
}
