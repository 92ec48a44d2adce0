package dev.evertoken.providers;

import dev.evertoken.internal.values.Once;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.providers.internal.oauth2.AccountAddresses;
import dev.evertoken.providers.internal.oauth2.AccountServers;
import dev.evertoken.providers.internal.oauth2.ApiCredential;
import dev.evertoken.providers.internal.oauth2.ApiProbe;
import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.ClientAuthenticator;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.DescribedFlow;
import dev.evertoken.providers.internal.oauth2.DescribedRules;
import dev.evertoken.providers.internal.oauth2.DescribedValidator;
import dev.evertoken.providers.internal.oauth2.EndpointCall;
import dev.evertoken.providers.internal.oauth2.GrantLifetime;
import dev.evertoken.providers.internal.oauth2.Introspection;
import dev.evertoken.providers.internal.oauth2.KeptMembers;
import dev.evertoken.providers.internal.oauth2.MemberPath;
import dev.evertoken.providers.internal.oauth2.OAuth2ClientCredentials;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.RequestFormat;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenCheck;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.Validator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Assembles the parts of a described provider from its settings, which are known to be consistent. Immutable. */
final class DescribedParts {

    private final Settings settings;
    private final TokenEndpoint endpoint;
    private final Supplier<RuleTokenDialect> dialect;
    private final Supplier<ResourceDialect> resourceDialect;
    private final RequestFormat format;
    private final ApiCredential credential;
    private final GrantLifetime lifetime;
    private final AccountAddresses addresses;
    private final AccountServers servers;

    DescribedParts(Settings settings) {
        this.settings = settings;
        this.endpoint = new TokenEndpoint(settings.get(Setting.PRIVATE_NETWORK));
        this.dialect = new Once<>(() -> dialect(settings));
        this.resourceDialect = new Once<>(() -> resourceDialect(settings));
        this.format = format(settings);
        this.credential = credential(settings);
        this.addresses = Addresses.ofAccounts(settings);
        this.servers =
                new AccountServers(settings.get(Setting.ACCOUNT_SERVER_AT), settings.get(Setting.ACCOUNT_SERVERS));
        this.lifetime =
                new GrantLifetime(settings.get(Setting.GRANT_LIFETIME), settings.get(Setting.GRANT_IDLE_LIFETIME));
    }

    /** Returns the dialect of the described endpoints: the described rules, then those of the RFC. */
    static RuleTokenDialect dialect(Settings settings) {
        return CommonRules.DIALECT
                .after(settings.get(Setting.ERRORS).stream()
                        .map(DescribedRules::tokenRule)
                        .toList())
                .withForms(settings.get(Setting.FORM_RESPONSES));
    }

    /** Returns the dialect of the API, which is created when it is first requested. */
    Supplier<ResourceDialect> resourceDialect() {
        return resourceDialect;
    }

    /** Returns the parts; only the profile and the refresher are created now. */
    ProviderParts parts() {
        TokenRequests requests = new TokenRequests(endpoint, dialect, extras(), format);
        Supplier<Validator> introspection = new Once<>(() -> servers.at(addresses.at(validator())));
        ProviderParts parts = new ProviderParts(profile(), refresher(requests, introspection))
                .flow(() -> new DescribedFlow(flow(requests), lifetime, kept(), addresses, servers))
                .validator(introspection)
                .revoker(() -> servers.at(addresses.at(
                        new TokenRevoker(call(EndpointKind.REVOKE), dialect.get(), settings.get(Setting.REVOCATION)))));
        if (!addresses.endpoints().containsKey(EndpointKind.CLIENT_CREDENTIALS)) {
            parts.clientCredentialsTokens(() -> new OAuth2ClientCredentials(requests));
        }
        if (!credential.equals(ApiCredential.BEARER)) {
            parts.signer(() -> credential);
        }
        if (settings.has(Setting.USER_ENDPOINT)) {
            return parts.userLookup(() -> UserLookup.of(servers.at(addresses.at(userRequest()))));
        }
        return settings.get(Setting.LOOK_UP_USER) ? parts.userLookup(() -> UserLookup.of(introspection.get())) : parts;
    }

    /** Without an introspection endpoint, the request for the user shows whether a token is valid. */
    private Validator validator() {
        if (settings.has(Setting.USER_ENDPOINT)
                && !settings.get(Setting.ENDPOINTS).containsKey(EndpointKind.INTROSPECT)) {
            return userRequest();
        }
        EndpointRequest shape = settings.get(Setting.VALIDATION);
        EndpointCall endpoint = call(EndpointKind.INTROSPECT);
        return settings.has(Setting.VALIDATION_USER_AT)
                ? new DescribedValidator(endpoint, shape, probe(settings.get(Setting.VALIDATION_USER_AT)))
                : new Introspection(endpoint, dialect.get(), shape);
    }

    private Validator userRequest() {
        return new DescribedValidator(
                call(EndpointKind.API),
                EndpointRequest.asUser(EndpointRequest.Method.GET),
                probe(settings.get(Setting.USER_AT)));
    }

    private ApiProbe probe(List<String> path) {
        MemberPath user = new MemberPath(path);
        return ApiProbe.ofUser(resourceDialect.get(), body -> body.member(user));
    }

    private EndpointCall call(EndpointKind kind) {
        return new EndpointCall(
                endpoint,
                kind,
                format,
                settings.get(Setting.USER_TOKEN_SCHEME)
                        .map(scheme -> new ApiCredential(ApiCredential.BEARER.header(), Optional.of(scheme)))
                        .orElse(credential));
    }

    /** The parameters of the redirect that are kept with the tokens. */
    private List<String> kept() {
        List<String> kept = new ArrayList<>(settings.get(Setting.KEEP_FROM_REDIRECT));
        settings.get(Setting.ACCOUNT_SERVER_AT).ifPresent(kept::add);
        return kept;
    }

    private static ApiCredential credential(Settings settings) {
        Optional<String> header = settings.get(Setting.API_HEADER);
        Optional<String> scheme = settings.get(Setting.API_SCHEME);
        return new ApiCredential(
                header.orElse(ApiCredential.BEARER.header()),
                header.isPresent() ? scheme : scheme.or(ApiCredential.BEARER::scheme));
    }

    private static RequestFormat format(Settings settings) {
        return new RequestFormat(
                Map.of(
                        EndpointKind.EXCHANGE, settings.get(Setting.EXCHANGE_PARAMETERS),
                        EndpointKind.CLIENT_CREDENTIALS, settings.get(Setting.CLIENT_CREDENTIALS_PARAMETERS),
                        EndpointKind.REVOKE, settings.get(Setting.REVOCATION_PARAMETERS)),
                new ClientAuthenticator.Names(
                        settings.get(Setting.CLIENT_ID_PARAMETER), settings.get(Setting.CLIENT_SECRET_PARAMETER)),
                settings.get(Setting.REQUEST_HEADERS),
                settings.get(Setting.JSON_REQUESTS));
    }

    private ProviderProfile profile() {
        ProviderProfile.Builder profile = ProviderProfile.builder(
                        settings.get(Setting.REFRESH_MODEL).orElseThrow())
                .endpoints(Addresses.endpoints(settings))
                .tokenAuthentication(settings.get(Setting.AUTHENTICATION))
                .scopeSeparator(settings.get(Setting.SCOPE_SEPARATOR))
                .reuseGrace(settings.get(Setting.REUSE_GRACE))
                .defaultLifetime(settings.get(Setting.DEFAULT_LIFETIME))
                .longestLifetime(settings.get(Setting.LONGEST_LIFETIME))
                .apiHosts(Addresses.apiHosts(settings))
                .accountHosts(Addresses.accountDomains(settings))
                .revokeScope(settings.get(Setting.REVOKE_SCOPE));
        settings.get(Setting.EARLIEST_REFRESH_AGE)
                .or(() -> isNonExpiring() ? Optional.of(TokenCheck.APART) : Optional.empty())
                .ifPresent(profile::earliestRefreshAge);
        if (settings.get(Setting.REPLAY_HARMLESS)) {
            profile.replayHarmless(true);
        }
        settings.get(Setting.AUTHENTICATION_AT).forEach(profile::authentication);
        settings.get(Setting.LARGEST_MARGIN).ifPresent(profile::largestMargin);
        return profile.build();
    }

    private TokenResponseParser.Extras extras() {
        Set<String> bearerTypes = settings.get(Setting.BEARER_TYPES).stream()
                .map(type -> type.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        return new TokenResponseParser.Extras(settings.get(Setting.FORM_RESPONSES), settings.get(Setting.SUBJECT_AT))
                .spelled(new TokenResponseParser.Spelling(
                        settings.get(Setting.SCOPES_MEMBER),
                        settings.get(Setting.LIFETIME_MEMBERS),
                        settings.get(Setting.REFRESH_TOKEN_LIFETIME_MEMBERS),
                        settings.get(Setting.RESPONSE_WRAPPER),
                        bearerTypes,
                        settings.get(Setting.ENDLESS_IF_ZERO),
                        settings.get(Setting.ENDLESS_IF_UNTOLD)))
                .keeping(new KeptMembers(
                        settings.get(Setting.KEEP),
                        settings.get(Setting.ACCOUNT_HOSTS_AT),
                        Set.copyOf(settings.get(Setting.ACCOUNT_HOSTS)),
                        settings.get(Setting.OTHER_GRANTS)));
    }

    private boolean isNonExpiring() {
        return settings.get(Setting.REFRESH_MODEL).equals(Optional.of(RefreshModel.NON_EXPIRING));
    }

    private Refresher refresher(TokenRequests requests, Supplier<Validator> validator) {
        if (isNonExpiring()) {
            return new TokenCheck(validator.get());
        }
        Refresher refresher = servers.at(addresses.at(new OAuth2Refresher(
                requests,
                new RefreshParameters(
                        settings.get(Setting.REFRESH_PARAMETERS), settings.get(Setting.SEND_SCOPES_ON_REFRESH)))));
        return lifetime.isKnown() ? lifetime.limit(refresher) : refresher;
    }

    private static ResourceDialect resourceDialect(Settings settings) {
        return settings.get(Setting.RESOURCE_DIALECT)
                .orElseGet(() -> settings.has(Setting.API_ERRORS)
                        ? DescribedRules.resourceDialect(settings.get(Setting.API_ERRORS))
                        : ResourceDialect.rfc6750());
    }

    private AuthorizationCodeFlow flow(TokenRequests requests) {
        Map<String, String> fixed = settings.get(Setting.AUTHORIZATION_PARAMETERS);
        return new AuthorizationCodeFlow(
                requests,
                new AuthorizationCodeFlow.Settings(
                                settings.get(Setting.PKCE), request -> authorizationParameters(fixed, request), true)
                        .withRedirectErrors(settings.get(Setting.REDIRECT_ERRORS))
                        .withRedirectName(settings.get(Setting.REDIRECT_NAME)));
    }

    /** Adds {@code prompt} (OpenID Connect Core section 3.1.2.1); other servers ignore unknown parameters. */
    private static Map<String, String> authorizationParameters(
            Map<String, String> fixed, AuthorizationRequest request) {
        Map<String, String> all = new LinkedHashMap<>();
        if (request.forceConsent() || request.chooseAccount()) {
            String choose = request.chooseAccount() ? "select_account " : "";
            all.put("prompt", (choose + (request.forceConsent() ? "consent" : "")).strip());
        }
        all.putAll(fixed);
        return all;
    }
}
