package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.description.ApiRule;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.spi.provider.AuthorizationFlow.Pkce;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.ResourceDialect;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One setting of a described provider: its name in messages and in JSON, its initial value, and how it is read from JSON.
 * Immutable.
 *
 * @param <T> the type of the value, which is immutable
 */
final class Setting<T> {

    private static final Map<String, Setting<?>> BY_NAME = new LinkedHashMap<>();

    static final Setting<Optional<String>> AUTHORIZATION_ENDPOINT = optional("authorizationEndpoint", JsonPlace::text);
    static final Setting<Optional<String>> TOKEN_ENDPOINT = optional("tokenEndpoint", JsonPlace::text);
    static final Setting<Map<EndpointKind, String>> ENDPOINTS =
            of("endpoints", Map.of(), json -> json.byConstant(EndpointKind.class, JsonPlace::text));
    static final Setting<Map<String, String>> VALUES = of("values", Map.of(), JsonPlace::textsByName);
    static final Setting<List<String>> ACCOUNT_VALUES = of("accountValues", List.of(), JsonPlace::texts);
    static final Setting<Optional<String>> ACCOUNT_SERVER_AT = optional("accountServerAt", JsonPlace::text);
    static final Setting<List<String>> ACCOUNT_SERVERS = of("accountServers", List.of(), JsonPlace::texts);
    static final Setting<Boolean> PRIVATE_NETWORK = flag("allowPrivateNetwork");

    static final Setting<Optional<RefreshModel>> REFRESH_MODEL =
            optional("refreshModel", json -> json.constant(RefreshModel.class));
    static final Setting<Optional<Duration>> EARLIEST_REFRESH_AGE = optional("earliestRefreshAge", JsonPlace::duration);
    static final Setting<Optional<Duration>> LARGEST_MARGIN = optional("largestMargin", JsonPlace::duration);
    static final Setting<Duration> REUSE_GRACE = of("reuseGrace", Duration.ZERO, JsonPlace::duration);
    static final Setting<Boolean> REPLAY_HARMLESS = flag("replayHarmless");
    static final Setting<Optional<Duration>> GRANT_LIFETIME = optional("grantLifetime", JsonPlace::duration);
    static final Setting<Optional<Duration>> GRANT_IDLE_LIFETIME = optional("grantIdleLifetime", JsonPlace::duration);
    static final Setting<Duration> DEFAULT_LIFETIME = of("defaultLifetime", Duration.ofHours(1), JsonPlace::duration);
    static final Setting<Duration> LONGEST_LIFETIME = of("longestLifetime", Duration.ofDays(400), JsonPlace::duration);

    static final Setting<ClientAuthentication> AUTHENTICATION = of(
            "authentication",
            ClientAuthentication.CLIENT_SECRET_BASIC,
            json -> json.constant(ClientAuthentication.class));
    static final Setting<Map<EndpointKind, ClientAuthentication>> AUTHENTICATION_AT = of(
            "authenticationAt",
            Map.of(),
            json -> json.byConstant(EndpointKind.class, one -> one.constant(ClientAuthentication.class)));
    static final Setting<String> CLIENT_ID_PARAMETER = of("clientIdParameter", "client_id", JsonPlace::text);
    static final Setting<String> CLIENT_SECRET_PARAMETER =
            of("clientSecretParameter", "client_secret", JsonPlace::text);
    static final Setting<String> SCOPE_SEPARATOR = of("scopeSeparator", " ", JsonPlace::text);
    static final Setting<Pkce> PKCE = of("pkce", Pkce.S256, json -> json.constant(Pkce.class));
    static final Setting<Map<String, String>> AUTHORIZATION_PARAMETERS =
            of("authorizationParameters", Map.of(), JsonPlace::textsByName);
    static final Setting<Optional<String>> REDIRECT_NAME = optional("redirectName", JsonPlace::text);
    static final Setting<Map<String, Problem>> REDIRECT_ERRORS =
            of("redirectErrors", Map.of(), json -> json.map((place, name) -> name, one -> one.constant(Problem.class)));
    static final Setting<Map<String, String>> REFRESH_PARAMETERS =
            of("refreshParameters", Map.of(), JsonPlace::textsByName);
    static final Setting<Map<String, String>> EXCHANGE_PARAMETERS =
            of("exchangeParameters", Map.of(), JsonPlace::textsByName);
    static final Setting<Map<String, String>> CLIENT_CREDENTIALS_PARAMETERS =
            of("clientCredentialsParameters", Map.of(), JsonPlace::textsByName);
    static final Setting<Map<String, String>> REVOCATION_PARAMETERS =
            of("revocationParameters", Map.of(), JsonPlace::textsByName);
    static final Setting<Map<String, String>> REQUEST_HEADERS = of("requestHeaders", Map.of(), JsonPlace::textsByName);
    static final Setting<Boolean> JSON_REQUESTS = flag("jsonRequests");
    static final Setting<Boolean> SEND_SCOPES_ON_REFRESH = flag("sendScopesOnRefresh");

    static final Setting<Boolean> FORM_RESPONSES = flag("formResponses");
    static final Setting<Optional<String>> RESPONSE_WRAPPER = optional("responseWrapper", JsonPlace::text);
    static final Setting<List<String>> BEARER_TYPES = of("bearerTypes", List.of(), JsonPlace::texts);
    static final Setting<String> SCOPES_MEMBER = of("scopesMember", "scope", JsonPlace::text);
    static final Setting<List<String>> LIFETIME_MEMBERS =
            of("lifetimeMembers", List.of("expires_in"), JsonPlace::texts);
    static final Setting<List<String>> REFRESH_TOKEN_LIFETIME_MEMBERS =
            of("refreshTokenLifetimeMembers", List.of(), JsonPlace::texts);
    static final Setting<Boolean> ENDLESS_IF_ZERO = flag("endlessIfZero");
    static final Setting<Boolean> ENDLESS_IF_UNTOLD = flag("endlessIfUntold");
    static final Setting<List<String>> SUBJECT_AT = of("subjectAt", List.of(), JsonPlace::texts);
    static final Setting<Boolean> LOOK_UP_USER = flag("lookUpUser");
    static final Setting<Optional<String>> USER_ENDPOINT = optional("userEndpoint", JsonPlace::text);
    static final Setting<List<String>> USER_AT = of("userAt", List.of(), JsonPlace::texts);
    static final Setting<EndpointRequest> REVOCATION =
            of("revocation", EndpointRequest.OF_THE_RFC, RuleReader::endpointRequest);
    static final Setting<EndpointRequest> VALIDATION =
            of("validation", EndpointRequest.OF_THE_RFC, RuleReader::endpointRequest);
    static final Setting<Optional<String>> USER_TOKEN_SCHEME = optional("userTokenScheme", JsonPlace::text);
    static final Setting<List<String>> VALIDATION_USER_AT = of("validationUserAt", List.of(), JsonPlace::texts);
    static final Setting<Map<String, String>> KEEP = of("keep", Map.of(), JsonPlace::textsByName);
    static final Setting<List<String>> KEEP_FROM_REDIRECT = of("keepFromRedirect", List.of(), JsonPlace::texts);
    static final Setting<Map<String, String>> OTHER_GRANTS = of("otherGrants", Map.of(), JsonPlace::textsByName);
    static final Setting<List<String>> ACCOUNT_HOSTS = of("accountHosts", List.of(), JsonPlace::texts);
    static final Setting<List<String>> ACCOUNT_HOSTS_AT = of("accountHostsAt", List.of(), JsonPlace::texts);
    static final Setting<List<ErrorRule>> ERRORS = of("errors", List.of(), json -> json.list(RuleReader::errorRule));

    static final Setting<List<String>> API_HOSTS = of("apiHosts", List.of(), JsonPlace::texts);
    static final Setting<Optional<String>> API_SCHEME = optional("apiScheme", JsonPlace::text);
    static final Setting<Optional<String>> API_HEADER = optional("apiHeader", JsonPlace::text);
    static final Setting<List<ApiRule>> API_ERRORS = of("apiErrors", List.of(), json -> json.list(RuleReader::apiRule));
    static final Setting<RevokeScope> REVOKE_SCOPE =
            of("revokeScope", RevokeScope.GRANT, json -> json.constant(RevokeScope.class));

    /** Can be set in Java only. */
    static final Setting<Optional<ResourceDialect>> RESOURCE_DIALECT =
            new Setting<>("resourceDialect", Optional.empty(), json -> Optional.empty());

    private final String name;
    private final T initial;
    private final Function<JsonPlace, T> reader;

    private Setting(String name, T initial, Function<JsonPlace, T> reader) {
        this.name = name;
        this.initial = initial;
        this.reader = reader;
    }

    /** Returns the settings that can be read from JSON, by name and in the order of their declaration. */
    static Map<String, Setting<?>> byName() {
        return Collections.unmodifiableMap(BY_NAME);
    }

    String name() {
        return name;
    }

    T initial() {
        return initial;
    }

    /** Returns the settings with this one read from JSON. */
    Settings readInto(Settings settings, JsonPlace json) {
        return settings.with(this, reader.apply(json));
    }

    private static <T> Setting<T> of(String name, T initial, Function<JsonPlace, T> reader) {
        Setting<T> setting = new Setting<>(name, initial, reader);
        BY_NAME.put(name, setting);
        return setting;
    }

    private static <T> Setting<Optional<T>> optional(String name, Function<JsonPlace, T> reader) {
        return of(name, Optional.empty(), json -> Optional.of(reader.apply(json)));
    }

    private static Setting<Boolean> flag(String name) {
        return of(name, false, JsonPlace::flag);
    }

    @Override
    public String toString() {
        return name;
    }
}
