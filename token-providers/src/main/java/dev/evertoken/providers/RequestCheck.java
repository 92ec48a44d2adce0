package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.providers.description.EndpointRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the additions of a description to requests: they must not replace those of the library, above all not the
 * client's
 * authentication. Not thread-safe.
 */
final class RequestCheck {

    private static final Set<String> CLIENT = Set.of("client_id", "client_secret");

    private static final Map<Setting<Map<String, String>>, Set<String>> RESERVED = Map.of(
            Setting.AUTHORIZATION_PARAMETERS,
            Set.of("response_type", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"),
            Setting.EXCHANGE_PARAMETERS,
            Set.of("grant_type", "code", "redirect_uri", "code_verifier"),
            Setting.REFRESH_PARAMETERS,
            Set.of("grant_type", "refresh_token", "scope"),
            Setting.CLIENT_CREDENTIALS_PARAMETERS,
            Set.of("grant_type", "scope"),
            Setting.REVOCATION_PARAMETERS,
            Set.of("token", "token_type_hint"));

    private static final Set<String> RESERVED_HEADERS = Set.of(
            "authorization",
            "proxy-authorization",
            "accept-encoding",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "expect",
            "host",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]{0,998}[\\x21-\\x7e])?");
    private static final Pattern PARAMETER_NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    private final Settings settings;
    private final List<String> errors = new ArrayList<>();

    private RequestCheck(Settings settings) {
        this.settings = settings;
    }

    static List<String> errors(Settings settings) {
        RequestCheck check = new RequestCheck(settings);
        check.checkParameters();
        check.checkHeaders();
        check.checkClientParameters();
        check.checkApiCredential();
        check.checkShapes();
        return check.errors;
    }

    private void checkParameters() {
        List.of(
                        Setting.AUTHORIZATION_PARAMETERS,
                        Setting.EXCHANGE_PARAMETERS,
                        Setting.REFRESH_PARAMETERS,
                        Setting.CLIENT_CREDENTIALS_PARAMETERS,
                        Setting.REVOCATION_PARAMETERS)
                .forEach(setting -> {
                    Set<String> reserved = new HashSet<>(RESERVED.getOrDefault(setting, Set.of()));
                    reserved.addAll(CLIENT);
                    reserved.add(settings.get(Setting.CLIENT_ID_PARAMETER).toLowerCase(Locale.ROOT));
                    reserved.add(settings.get(Setting.CLIENT_SECRET_PARAMETER).toLowerCase(Locale.ROOT));
                    settings.get(setting).keySet().stream()
                            .filter(name -> name.isBlank() || reserved.contains(name.toLowerCase(Locale.ROOT)))
                            .forEach(name -> errors.add(
                                    method(setting) + " \"" + SettingsCheck.shown(name) + "\" is set by the library"));
                });
    }

    private void checkHeaders() {
        settings.get(Setting.REQUEST_HEADERS).forEach((name, value) -> {
            String shown = "requestHeader \"" + SettingsCheck.shown(name) + "\"";
            if (!HEADER_NAME.matcher(name).matches()
                    || !HEADER_VALUE.matcher(value).matches()) {
                errors.add(shown + " is not a header of printable ASCII characters");
            } else if (RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                errors.add(shown + " is set by the library");
            }
        });
    }

    private void checkShapes() {
        Map.of(EndpointKind.REVOKE, Setting.REVOCATION, EndpointKind.INTROSPECT, Setting.VALIDATION)
                .forEach((kind, setting) -> {
                    EndpointRequest request = settings.get(setting);
                    if (!PARAMETER_NAME.matcher(request.tokenParameter()).matches()) {
                        errors.add(setting + ".tokenParameter is not a parameter's name");
                    }
                    if (request.authorization() == EndpointRequest.Authorization.USER_TOKEN
                            && settings.get(Setting.AUTHENTICATION_AT).containsKey(kind)) {
                        errors.add("authenticationAt." + kind + " and " + setting
                                + ".authorization USER_TOKEN are two ways to authenticate");
                    }
                    if (settings.has(setting)
                            && !settings.get(Setting.ENDPOINTS).containsKey(kind)) {
                        errors.add(setting + " is set, and endpoints has no " + kind);
                    }
                });
        if (settings.get(Setting.USER_ENDPOINT).isPresent() != settings.has(Setting.USER_AT)) {
            errors.add("userEndpoint and userAt need each other: the address, and where its response names the user");
        }
        if (settings.has(Setting.USER_ENDPOINT) && settings.get(Setting.LOOK_UP_USER)) {
            errors.add("userEndpoint and lookUpUser are both set, and one request names the user");
        }
        if (settings.get(Setting.REVOCATION).parameters() == EndpointRequest.Parameters.NONE
                && settings.has(Setting.REVOCATION_PARAMETERS)) {
            errors.add("revocationParameters are set, and revocation.parameters is NONE");
        }
    }

    private void checkApiCredential() {
        settings.get(Setting.API_HEADER).ifPresent(name -> {
            if (!HEADER_NAME.matcher(name).matches()) {
                errors.add("apiHeader \"" + SettingsCheck.shown(name) + "\" is not the name of a header");
            } else if (name.equalsIgnoreCase("Authorization")) {
                errors.add("apiHeader is Authorization already; set apiScheme alone");
            } else if (RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                errors.add("apiHeader \"" + SettingsCheck.shown(name) + "\" is set by the HTTP client");
            }
        });
        if (settings.get(Setting.REDIRECT_NAME).filter(String::isBlank).isPresent()) {
            errors.add("redirectName is blank");
        }
        checkScheme(Setting.API_SCHEME);
        checkScheme(Setting.USER_TOKEN_SCHEME);
        if (settings.get(Setting.API_SCHEME).filter("DPoP"::equalsIgnoreCase).isPresent()) {
            errors.add("apiScheme DPoP needs a proof with each request");
        }
    }

    private void checkScheme(Setting<Optional<String>> setting) {
        settings.get(setting)
                .filter(scheme -> !HEADER_NAME.matcher(scheme).matches() || scheme.equalsIgnoreCase("Basic"))
                .ifPresent(scheme -> errors.add(
                        setting.name() + " \"" + SettingsCheck.shown(scheme) + "\" is not a word for an access token"));
    }

    private void checkClientParameters() {
        String id = settings.get(Setting.CLIENT_ID_PARAMETER);
        String secret = settings.get(Setting.CLIENT_SECRET_PARAMETER);
        for (Setting<String> setting : List.of(Setting.CLIENT_ID_PARAMETER, Setting.CLIENT_SECRET_PARAMETER)) {
            if (!PARAMETER_NAME.matcher(settings.get(setting)).matches()) {
                errors.add(
                        setting + " \"" + SettingsCheck.shown(settings.get(setting)) + "\" is not a parameter's name");
            }
        }
        if (id.equals(secret)) {
            errors.add("clientIdParameter and clientSecretParameter are the same");
        }
        settings.get(Setting.AUTHENTICATION_AT).keySet().stream()
                .filter(kind -> kind == EndpointKind.AUTHORIZATION
                        || kind == EndpointKind.API
                        || kind == EndpointKind.TEMPORARY_CREDENTIALS)
                .forEach(kind -> errors.add("authenticationAt has " + kind + ", where no client authenticates"));
    }

    private static String method(Setting<?> setting) {
        String name = setting.name();
        return name.substring(0, name.length() - 1);
    }
}
