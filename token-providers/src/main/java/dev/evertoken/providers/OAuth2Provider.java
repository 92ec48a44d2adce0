package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.AppTokens;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.AuthorizationFlow.Pkce;
import dev.evertoken.spi.AuthorizationRequest;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.Enrichment;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.Validator;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Any authorization server that keeps to RFC 6749, described by settings.
 *
 * <pre>{@code
 * Provider acme = OAuth2Provider.builder("acme").tokenEndpoint(uri).refreshModel(ROTATING).build();
 * }</pre>
 *
 * <p>{@code build()} refuses settings that do not fit together. Immutable.
 */
public final class OAuth2Provider implements Provider {

    private final String id;
    private final ProviderProfile profile;
    private final Refresher refresher;
    private final AuthorizationFlow flow;
    private final Validator validator;
    private final Revoker revoker;
    private final AppTokens appTokens;
    private final Optional<Enrichment> enrichment;
    private final ResourceDialect resourceDialect;

    private OAuth2Provider(Builder from, ProviderProfile profile) {
        RuleDialect dialect = CommonRules.DIALECT.after(from.meanings).withForms(from.formAnswers);
        this.id = from.id;
        this.profile = profile;
        TokenEndpoint endpoint = new TokenEndpoint(from.privateNetwork);
        TokenRequests requests =
                new TokenRequests(endpoint, dialect, new TokenResponse.Extras(from.formAnswers, from.subjectPath));
        this.refresher = new OAuth2Refresher(requests, new RefreshForm(from.parameters, from.sendScopes));
        Map<String, String> always = new LinkedHashMap<>(from.authorizationParameters);
        this.flow =
                new CodeFlow(requests, new CodeFlow.Settings(from.pkce, request -> prompted(always, request), true));
        this.validator = new Introspection(endpoint, dialect, Introspection.Style.RFC_7662);
        this.enrichment = from.lookUp ? Optional.of(Enrichment.of(validator)) : Optional.empty();
        this.revoker = new TokenRevoker(endpoint, dialect, true);
        this.appTokens = new ClientCredentials(requests);
        this.resourceDialect = from.resourceDialect;
    }

    /**
     * Starts a provider; the token endpoint and the refresh model have to be set.
     *
     * @param id under which applications name it: lower-case letters, digits and hyphens
     */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ProviderProfile profile() {
        return profile;
    }

    @Override
    public Refresher refresher() {
        return refresher;
    }

    @Override
    public Optional<AuthorizationFlow> authorizationFlow() {
        return Optional.of(flow);
    }

    @Override
    public Optional<Validator> validator() {
        return Optional.of(validator);
    }

    @Override
    public Optional<Revoker> revoker() {
        return Optional.of(revoker);
    }

    @Override
    public Optional<AppTokens> appTokens() {
        return Optional.of(appTokens);
    }

    @Override
    public Optional<Enrichment> enrichment() {
        return enrichment;
    }

    /** OpenID Connect Core section 3.1.2.1; other servers ignore parameters that they do not know. */
    private static Map<String, String> prompted(Map<String, String> always, AuthorizationRequest request) {
        Map<String, String> all = new LinkedHashMap<>();
        if (request.forceConsent() || request.chooseAccount()) {
            String choose = request.chooseAccount() ? "select_account " : "";
            all.put("prompt", (choose + (request.forceConsent() ? "consent" : "")).strip());
        }
        all.putAll(always);
        return all;
    }

    @Override
    public ResourceDialect resourceDialect() {
        return resourceDialect;
    }

    @Override
    public String toString() {
        return "OAuth2Provider[" + id + "]";
    }

    /** Collects the settings of a provider. Not thread-safe; build on one thread, then share the result. */
    public static final class Builder {
        final String id;
        Endpoints endpoints = Endpoints.none();

        @Nullable
        RefreshModel refreshModel;

        ClientAuthentication authentication = ClientAuthentication.CLIENT_SECRET_BASIC;
        String scopeSeparator = " ";

        @Nullable
        Duration earliestRefreshAge;

        @Nullable
        Duration largestMargin;

        Duration reuseGrace = Duration.ZERO;
        Duration defaultLifetime = Duration.ofHours(1);
        Duration longestLifetime = Duration.ofDays(400);
        List<String> apiHosts = List.of();
        RevokeScope revokeScope = RevokeScope.GRANT;
        final Map<String, String> parameters = new LinkedHashMap<>();
        final Map<String, String> authorizationParameters = new LinkedHashMap<>();
        Pkce pkce = Pkce.S256;
        final List<TokenRule> meanings = new ArrayList<>();
        List<String> subjectPath = List.of();
        boolean lookUp;
        boolean sendScopes;
        boolean formAnswers;
        boolean privateNetwork;
        ResourceDialect resourceDialect = ResourceDialect.rfc6750();

        private Builder(String id) {
            this.id = id;
        }

        /** Sets where tokens are refreshed and codes exchanged; https, or http on loopback. */
        public Builder tokenEndpoint(URI address) {
            this.endpoints = endpoints.overriddenBy(Endpoints.token(address));
            return this;
        }

        /** Sets one further endpoint, or moves one. */
        public Builder endpoint(EndpointKind kind, URI address) {
            this.endpoints = endpoints.with(kind, address);
            return this;
        }

        /** Says how grants live on: {@code ROTATING} if a refresh can bring a new refresh token, else {@code STATIC}. */
        public Builder refreshModel(RefreshModel model) {
            this.refreshModel = model;
            return this;
        }

        /** Says how clients prove themselves at the token endpoint; {@code CLIENT_SECRET_BASIC} unless set. */
        public Builder authentication(ClientAuthentication method) {
            this.authentication = method;
            return this;
        }

        /** Sets what stands between scopes: a blank, unless it is a comma. */
        public Builder scopeSeparator(String separator) {
            this.scopeSeparator = separator;
            return this;
        }

        /** Says that a token younger than this is not refreshed; no such rule unless set. */
        public Builder earliestRefreshAge(Duration age) {
            this.earliestRefreshAge = age;
            return this;
        }

        /** Says that a refresh earlier than this before the end brings nothing new; no such rule unless set. */
        public Builder largestMargin(Duration margin) {
            this.largestMargin = margin;
            return this;
        }

        /** Says for how long a spent refresh token is still answered; zero unless set. */
        public Builder reuseGrace(Duration grace) {
            this.reuseGrace = grace;
            return this;
        }

        /** Sets the lifetime of an access token whose lifetime is not told; one hour unless set. */
        public Builder defaultLifetime(Duration lifetime) {
            this.defaultLifetime = lifetime;
            return this;
        }

        /** Sets the lifetime that no access token exceeds; 400 days unless set. */
        public Builder longestLifetime(Duration lifetime) {
            this.longestLifetime = lifetime;
            return this;
        }

        /** Sets the exact host names that tokens may be sent to. */
        public Builder apiHosts(String... hosts) {
            this.apiHosts = List.of(hosts);
            return this;
        }

        /** Says what revoking one token takes with it; the grant unless set. */
        public Builder revokeScope(RevokeScope scope) {
            this.revokeScope = scope;
            return this;
        }

        /** Adds a parameter to every refresh request, such as {@code resource}; not a secret. */
        public Builder refreshParameter(String name, String value) {
            parameters.put(name, value);
            return this;
        }

        /** Sets where consent is asked for; https, or http on loopback. */
        public Builder authorizationEndpoint(URI address) {
            return endpoint(EndpointKind.AUTHORIZATION, address);
        }

        /** Says whether a proof key is sent with an authorization; {@code S256} unless set. */
        public Builder pkce(Pkce use) {
            this.pkce = use;
            return this;
        }

        /** Adds a parameter to every authorization, such as {@code access_type}; not a secret. */
        public Builder authorizationParameter(String name, String value) {
            authorizationParameters.put(name, value);
            return this;
        }

        /** Has the granted scopes sent with every refresh; they are not unless this is called. */
        public Builder sendScopesOnRefresh() {
            this.sendScopes = true;
            return this;
        }

        /** Has form-encoded answers read as well as JSON, where their content type says form or plain text. */
        public Builder formAnswers() {
            this.formAnswers = true;
            return this;
        }

        /** Says where an answer names its user, as a path of JSON members; an ID token is read anyway. */
        public Builder subjectAt(String... path) {
            this.subjectPath = List.of(path);
            return this;
        }

        /**
         * Has the introspection endpoint asked for {@code sub} and {@code scope} once the tokens of a consent are saved
         * (RFC 7662 section 2.2), for a server whose answers with tokens do not say whose they are.
         */
        public Builder lookUpUser() {
            this.lookUp = true;
            return this;
        }

        /** Says what an {@code error} code of this server means, before the rules of the RFC are tried. */
        public Builder errorMeans(String code, TokenVerdict.Kind kind, Problem problem) {
            meanings.add(TokenRule.rule(TokenRule.error(code), kind, problem));
            return this;
        }

        /** Lets the token endpoint be at a private address; only public ones and literal loopback unless called. */
        public Builder allowPrivateNetwork() {
            this.privateNetwork = true;
            return this;
        }

        /** Sets how the refusals of its APIs are read; by RFC 6750 unless set. */
        public Builder resourceDialect(ResourceDialect dialect) {
            this.resourceDialect = dialect;
            return this;
        }

        /**
         * Builds the provider.
         *
         * @throws IllegalArgumentException if settings are missing or do not fit together; the message names each
         */
        public Provider build() {
            return new OAuth2Provider(this, ProviderSettings.profile(this));
        }
    }
}
