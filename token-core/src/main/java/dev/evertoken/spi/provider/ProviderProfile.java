package dev.evertoken.spi.provider;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a provider as data: its endpoints, how its clients authenticate, and how its tokens expire.
 *
 * <p>{@link Builder#build} rejects contradictions with {@link IllegalArgumentException}, such as a default lifetime beyond
 * the longest one, negative times, or a host with a path. Two profiles are equal if all their parts are. Immutable.
 */
public final class ProviderProfile {

    /** The extent of the revocation of one token. */
    public enum RevokeScope {
        /** That token alone. Other accounts are not looked for, even those that were connected with the same tokens. */
        TOKEN,
        /** The grant: access and refresh tokens of one consent. */
        GRANT,
        /** Every grant of the user for this client. */
        USER
    }

    private final RefreshModel refreshModel;
    private final Endpoints endpoints;
    private final Map<EndpointKind, ClientAuthentication> authentication;
    private final String scopeSeparator;
    private final Optional<Duration> earliestRefreshAge;
    private final Optional<Duration> largestMargin;
    private final Duration reuseGrace;
    private final boolean replayHarmless;
    private final boolean resendHarmless;
    private final Duration defaultLifetime;
    private final Duration longestLifetime;
    private final Set<String> apiHosts;
    private final Set<String> accountHosts;
    private final RevokeScope revokeScope;

    private ProviderProfile(Builder from) {
        this.refreshModel = from.refreshModel;
        this.endpoints = from.endpoints;
        this.authentication = from.authentication.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new EnumMap<>(from.authentication));
        this.scopeSeparator = from.scopeSeparator;
        this.earliestRefreshAge = from.earliestRefreshAge;
        this.largestMargin = from.largestMargin;
        this.reuseGrace = from.reuseGrace;
        this.replayHarmless = from.replayHarmless;
        this.resendHarmless = from.resendHarmless;
        this.defaultLifetime = from.defaultLifetime;
        this.longestLifetime = from.longestLifetime;
        this.apiHosts = Set.copyOf(from.apiHosts);
        this.accountHosts = Set.copyOf(from.accountHosts);
        this.revokeScope = from.revokeScope;
        refuseContradictions();
    }

    private void refuseContradictions() {
        refuse(scopeSeparator.isEmpty(), "scopeSeparator is empty");
        refuse(
                resendHarmless && refreshModel == RefreshModel.ROTATING,
                "resendHarmless is set for ROTATING, whose refresh tokens are sent once");
        refuse(reuseGrace.isNegative(), "reuseGrace " + reuseGrace + " is negative");
        refuse(!isPositive(defaultLifetime), "defaultLifetime " + defaultLifetime + " must be positive");
        refuse(
                defaultLifetime.compareTo(longestLifetime) > 0,
                "defaultLifetime " + defaultLifetime + " is longer than longestLifetime " + longestLifetime);
        if (earliestRefreshAge.isPresent()) {
            Duration age = earliestRefreshAge.get();
            refuse(age.isNegative(), "earliestRefreshAge " + age + " is negative");
            refuse(
                    age.compareTo(longestLifetime) >= 0,
                    "earliestRefreshAge " + age + " leaves no time before longestLifetime " + longestLifetime);
        }
        if (largestMargin.isPresent()) {
            refuse(!isPositive(largestMargin.get()), "largestMargin " + largestMargin.get() + " must be positive");
        }
        for (String host : accountHosts) {
            refuse(!Endpoints.isHostName(host), "accountHosts: \"" + host + "\" is not a host name");
        }
        for (String host : apiHosts) {
            refuse(
                    !Endpoints.isHostName(host.toLowerCase(Locale.ROOT)),
                    "apiHosts: \"" + host + "\" is not a host name");
        }
    }

    private static boolean isPositive(Duration value) {
        return !value.isNegative() && !value.isZero();
    }

    private static void refuse(boolean wrong, String why) {
        if (wrong) {
            throw new IllegalArgumentException(why);
        }
    }

    /** Starts a profile; everything but the refresh model has a default. */
    public static Builder builder(RefreshModel refreshModel) {
        return new Builder(refreshModel);
    }

    /** Starts a profile with all parts of this one. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns this profile with other endpoints. */
    public ProviderProfile withEndpoints(Endpoints addresses) {
        return toBuilder().endpoints(addresses).build();
    }

    /** Returns how grants of the provider are refreshed. */
    public RefreshModel refreshModel() {
        return refreshModel;
    }

    /** Returns the addresses of the provider's endpoints. */
    public Endpoints endpoints() {
        return endpoints;
    }

    /**
     * Returns the client authentication of the endpoints that have one set; {@link #authentication(EndpointKind)}
     * applies the default to the others. Unmodifiable.
     */
    public Map<EndpointKind, ClientAuthentication> authentication() {
        return authentication;
    }

    /** Returns how clients authenticate at an endpoint; {@code CLIENT_SECRET_BASIC} unless set (RFC 6749 section 2.3.1). */
    public ClientAuthentication authentication(EndpointKind endpoint) {
        return authentication.getOrDefault(endpoint, ClientAuthentication.CLIENT_SECRET_BASIC);
    }

    /** Returns the text between scopes in requests and responses; a space unless set (RFC 6749 section 3.3). */
    public String scopeSeparator() {
        return scopeSeparator;
    }

    /**
     * Returns the age below which the provider refuses to refresh a token, empty if it has no such limit. For tokens
     * that do not expire, this is the minimum time between two checks of a token that an API rejects; the first check
     * of a grant may be made at any time.
     */
    public Optional<Duration> earliestRefreshAge() {
        return earliestRefreshAge;
    }

    /**
     * Returns the longest time before its expiry at which a refresh still brings a new token; before that the
     * provider returns the same one. Empty if it has no such limit.
     */
    public Optional<Duration> largestMargin() {
        return largestMargin;
    }

    /** Returns how long after a rotation the provider still accepts the old refresh token; zero if it does not. */
    public Duration reuseGrace() {
        return reuseGrace;
    }

    /** Returns whether sending an already used refresh token again has no consequence at all. */
    public boolean replayHarmless() {
        return replayHarmless;
    }

    /**
     * Returns whether a refresh that the provider receives twice has the same consequence as one that it receives once.
     * Only then a refresh may use a connection that was kept open from an earlier request: the server may close such a
     * connection at any time, and the refresh is sent again if it does. True by default if refreshing leaves the
     * credential valid ({@link RefreshModel#spendsNothing}), false otherwise; never true for {@code ROTATING}.
     */
    public boolean resendHarmless() {
        return resendHarmless;
    }

    /** Returns the assumed lifetime of an access token whose response has none; one hour unless set. */
    public Duration defaultLifetime() {
        return defaultLifetime;
    }

    /**
     * Returns the longest lifetime of an access token; a longer one in a response or an import counts as not reported.
     * 400 days unless set.
     */
    public Duration longestLifetime() {
        return longestLifetime;
    }

    /** Returns the exact host names to which tokens of the provider may be sent. Unmodifiable. */
    public Set<String> apiHosts() {
        return apiHosts;
    }

    /**
     * Returns the domains below which a response may name hosts of an account's API, such as {@code salesforce.com}. The
     * account's tokens may be sent to those hosts only. Unmodifiable.
     */
    public Set<String> accountHosts() {
        return accountHosts;
    }

    /** Returns whether a host is one of {@link #accountHosts()} or below one. */
    public boolean isAccountHost(String host) {
        return accountHosts.stream().anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
    }

    /** Returns the extent of the revocation of one token. */
    public RevokeScope revokeScope() {
        return revokeScope;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ProviderProfile that
                        && refreshModel.equals(that.refreshModel)
                        && endpoints.equals(that.endpoints)
                        && authentication.equals(that.authentication)
                        && scopeSeparator.equals(that.scopeSeparator)
                        && earliestRefreshAge.equals(that.earliestRefreshAge)
                        && largestMargin.equals(that.largestMargin)
                        && reuseGrace.equals(that.reuseGrace)
                        && replayHarmless == that.replayHarmless
                        && resendHarmless == that.resendHarmless
                        && defaultLifetime.equals(that.defaultLifetime)
                        && longestLifetime.equals(that.longestLifetime)
                        && apiHosts.equals(that.apiHosts)
                        && accountHosts.equals(that.accountHosts)
                        && revokeScope.equals(that.revokeScope));
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                refreshModel,
                endpoints,
                authentication,
                scopeSeparator,
                earliestRefreshAge,
                largestMargin,
                reuseGrace,
                replayHarmless,
                resendHarmless,
                defaultLifetime,
                longestLifetime,
                apiHosts,
                accountHosts,
                revokeScope);
    }

    @Override
    public String toString() {
        return "ProviderProfile[refreshModel=" + refreshModel
                + ", endpoints=" + endpoints
                + ", authentication=" + authentication
                + ", scopeSeparator=" + scopeSeparator
                + ", earliestRefreshAge=" + earliestRefreshAge
                + ", largestMargin=" + largestMargin
                + ", reuseGrace=" + reuseGrace
                + ", replayHarmless=" + replayHarmless
                + ", resendHarmless=" + resendHarmless
                + ", defaultLifetime=" + defaultLifetime
                + ", longestLifetime=" + longestLifetime
                + ", apiHosts=" + apiHosts
                + ", accountHosts=" + accountHosts
                + ", revokeScope=" + revokeScope
                + "]";
    }

    /**
     * Collects a profile; each method sets the part of its name. Not thread-safe; build on one thread, then share the
     * result.
     */
    public static final class Builder {
        private final RefreshModel refreshModel;
        private Endpoints endpoints = Endpoints.none();
        private final Map<EndpointKind, ClientAuthentication> authentication = new EnumMap<>(EndpointKind.class);
        private String scopeSeparator = " ";
        private Optional<Duration> earliestRefreshAge = Optional.empty();
        private Optional<Duration> largestMargin = Optional.empty();
        private Duration reuseGrace = Duration.ZERO;
        private boolean replayHarmless;
        private boolean resendHarmless;
        private Duration defaultLifetime = Duration.ofHours(1);
        private Duration longestLifetime = Duration.ofDays(400);
        private Set<String> apiHosts = Set.of();
        private Set<String> accountHosts = Set.of();
        private RevokeScope revokeScope = RevokeScope.GRANT;

        private Builder(RefreshModel refreshModel) {
            this.refreshModel = refreshModel;
            this.replayHarmless = refreshModel != RefreshModel.ROTATING;
            this.resendHarmless = refreshModel.spendsNothing();
        }

        private Builder(ProviderProfile from) {
            this.refreshModel = from.refreshModel;
            this.endpoints = from.endpoints;
            this.authentication.putAll(from.authentication);
            this.scopeSeparator = from.scopeSeparator;
            this.earliestRefreshAge = from.earliestRefreshAge;
            this.largestMargin = from.largestMargin;
            this.reuseGrace = from.reuseGrace;
            this.replayHarmless = from.replayHarmless;
            this.resendHarmless = from.resendHarmless;
            this.defaultLifetime = from.defaultLifetime;
            this.longestLifetime = from.longestLifetime;
            this.apiHosts = from.apiHosts;
            this.accountHosts = from.accountHosts;
            this.revokeScope = from.revokeScope;
        }

        public Builder endpoints(Endpoints addresses) {
            this.endpoints = addresses;
            return this;
        }

        /** Sets how clients authenticate at exchange, refresh and client credentials requests. */
        public Builder tokenAuthentication(ClientAuthentication method) {
            return authentication(EndpointKind.EXCHANGE, method)
                    .authentication(EndpointKind.REFRESH, method)
                    .authentication(EndpointKind.CLIENT_CREDENTIALS, method);
        }

        public Builder authentication(EndpointKind endpoint, ClientAuthentication method) {
            authentication.put(endpoint, method);
            return this;
        }

        public Builder scopeSeparator(String separator) {
            this.scopeSeparator = separator;
            return this;
        }

        public Builder earliestRefreshAge(Duration age) {
            this.earliestRefreshAge = Optional.of(age);
            return this;
        }

        public Builder largestMargin(Duration margin) {
            this.largestMargin = Optional.of(margin);
            return this;
        }

        public Builder reuseGrace(Duration grace) {
            this.reuseGrace = grace;
            return this;
        }

        public Builder replayHarmless(boolean harmless) {
            this.replayHarmless = harmless;
            return this;
        }

        public Builder resendHarmless(boolean harmless) {
            this.resendHarmless = harmless;
            return this;
        }

        public Builder defaultLifetime(Duration lifetime) {
            this.defaultLifetime = lifetime;
            return this;
        }

        public Builder longestLifetime(Duration lifetime) {
            this.longestLifetime = lifetime;
            return this;
        }

        public Builder apiHosts(String... hosts) {
            this.apiHosts = Set.of(hosts);
            return this;
        }

        /** Sets the domains below which responses may name hosts of an account's API, in lower case. */
        public Builder accountHosts(String... domains) {
            this.accountHosts = Set.of(domains);
            return this;
        }

        public Builder revokeScope(RevokeScope scope) {
            this.revokeScope = scope;
            return this;
        }

        /**
         * Returns the profile.
         *
         * @throws IllegalArgumentException if parts contradict each other
         */
        public ProviderProfile build() {
            return new ProviderProfile(this);
        }
    }
}
