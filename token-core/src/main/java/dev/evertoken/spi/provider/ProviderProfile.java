package dev.evertoken.spi.provider;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a provider as data. Immutable.
 *
 * <p>What contradicts itself is refused with {@link IllegalArgumentException}: a default lifetime beyond the
 * longest one, negative times, a host with a path.
 *
 * @param refreshModel how its grants live on
 * @param endpoints where it is
 * @param authentication how clients prove themselves, for each endpoint; {@link
 *     ClientAuthentication#CLIENT_SECRET_BASIC} where nothing stands
 * @param scopeSeparator what separates scopes in requests and answers
 * @param earliestRefreshAge it refuses to refresh a younger token
 * @param largestMargin refreshed earlier than this before its end, it hands back the same token
 * @param reuseGrace for so long after a rotation the spent refresh token is still answered; zero for none
 * @param replayHarmless true if sending a spent refresh token again costs nothing at all
 * @param defaultLifetime of an access token whose lifetime is not told
 * @param longestLifetime no access token lives longer; a longer told lifetime is cut
 * @param apiHosts exact host names that its tokens may be sent to
 * @param revokeScope what revoking one token takes with it
 */
public record ProviderProfile(
        RefreshModel refreshModel,
        Endpoints endpoints,
        Map<EndpointKind, ClientAuthentication> authentication,
        String scopeSeparator,
        Optional<Duration> earliestRefreshAge,
        Optional<Duration> largestMargin,
        Duration reuseGrace,
        boolean replayHarmless,
        Duration defaultLifetime,
        Duration longestLifetime,
        Set<String> apiHosts,
        RevokeScope revokeScope) {

    /** What revoking one token takes with it. */
    public enum RevokeScope {
        /** That token alone. */
        TOKEN,
        /** The grant: access and refresh tokens of one consent. */
        GRANT,
        /** Every grant of the user for this client. */
        USER
    }

    public ProviderProfile {
        authentication =
                authentication.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(authentication));
        apiHosts = Set.copyOf(apiHosts);
        refuse(scopeSeparator.isEmpty(), "scopeSeparator is empty");
        refuse(reuseGrace.isNegative(), "reuseGrace " + reuseGrace + " is negative");
        refuse(!isPositive(defaultLifetime), "defaultLifetime " + defaultLifetime + " must be positive");
        refuse(
                defaultLifetime.compareTo(longestLifetime) > 0,
                "defaultLifetime " + defaultLifetime + " is longer than longestLifetime " + longestLifetime);
        earliestRefreshAge.ifPresent(age -> {
            refuse(age.isNegative(), "earliestRefreshAge " + age + " is negative");
            refuse(
                    age.compareTo(longestLifetime) >= 0,
                    "earliestRefreshAge " + age + " leaves no time before longestLifetime " + longestLifetime);
        });
        largestMargin.ifPresent(margin -> refuse(!isPositive(margin), "largestMargin " + margin + " must be positive"));
        for (String host : apiHosts) {
            refuse(!host.matches("[^\\s/@?#]+"), "apiHosts: \"" + host + "\" is not a host name");
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

    /** Returns this profile with other endpoints. */
    public ProviderProfile withEndpoints(Endpoints addresses) {
        return new ProviderProfile(
                refreshModel,
                addresses,
                authentication,
                scopeSeparator,
                earliestRefreshAge,
                largestMargin,
                reuseGrace,
                replayHarmless,
                defaultLifetime,
                longestLifetime,
                apiHosts,
                revokeScope);
    }

    /** Starts a profile; everything but the refresh model has a default. */
    public static Builder builder(RefreshModel refreshModel) {
        return new Builder(refreshModel);
    }

    /** Returns how clients prove themselves at an endpoint. */
    public ClientAuthentication authentication(EndpointKind endpoint) {
        return authentication.getOrDefault(endpoint, ClientAuthentication.CLIENT_SECRET_BASIC);
    }

    /** Collects a profile. Not thread-safe; build on one thread, then share the result. */
    public static final class Builder {
        private final RefreshModel refreshModel;
        private Endpoints endpoints = Endpoints.none();
        private final Map<EndpointKind, ClientAuthentication> authentication = new EnumMap<>(EndpointKind.class);
        private String scopeSeparator = " ";
        private Optional<Duration> earliestRefreshAge = Optional.empty();
        private Optional<Duration> largestMargin = Optional.empty();
        private Duration reuseGrace = Duration.ZERO;
        private boolean replayHarmless;
        private Duration defaultLifetime = Duration.ofHours(1);
        private Duration longestLifetime = Duration.ofDays(400);
        private Set<String> apiHosts = Set.of();
        private RevokeScope revokeScope = RevokeScope.GRANT;

        private Builder(RefreshModel refreshModel) {
            this.refreshModel = refreshModel;
            this.replayHarmless = refreshModel != RefreshModel.ROTATING;
        }

        public Builder endpoints(Endpoints addresses) {
            this.endpoints = addresses;
            return this;
        }

        /** Sets how clients prove themselves at exchange, refresh and app token requests. */
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

        public Builder revokeScope(RevokeScope scope) {
            this.revokeScope = scope;
            return this;
        }

        public ProviderProfile build() {
            return new ProviderProfile(
                    refreshModel,
                    endpoints,
                    authentication,
                    scopeSeparator,
                    earliestRefreshAge,
                    largestMargin,
                    reuseGrace,
                    replayHarmless,
                    defaultLifetime,
                    longestLifetime,
                    apiHosts,
                    revokeScope);
        }
    }
}
