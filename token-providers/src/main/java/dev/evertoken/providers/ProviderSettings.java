package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.provider.ProviderProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validates the settings of an {@link OAuth2Provider} together and reports all errors at once. Stateless. Thread-safe.
 */
final class ProviderSettings {

    private static final Set<String> RESERVED =
            Set.of("grant_type", "refresh_token", "client_id", "client_secret", "scope");

    private static final Set<String> RESERVED_AT_CONSENT = Set.of(
            "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method");

    private ProviderSettings() {}

    /** @throws IllegalArgumentException if a setting is invalid; the message names each of them */
    static ProviderProfile profile(OAuth2ProviderBuilder settings) {
        List<String> errors = new ArrayList<>();
        RefreshModel model = settings.refreshModel;
        checkIdentity(settings, model, errors);
        checkTimes(settings, errors);
        checkTexts(settings, errors);
        if (model == null || !errors.isEmpty()) {
            throw new IllegalArgumentException("provider \"" + shown(settings.id) + "\": " + String.join("; ", errors));
        }
        ProviderProfile.Builder profile = ProviderProfile.builder(model)
                .endpoints(settings.endpoints)
                .tokenAuthentication(settings.authentication)
                .scopeSeparator(settings.scopeSeparator)
                .reuseGrace(settings.reuseGrace)
                .defaultLifetime(settings.defaultLifetime)
                .longestLifetime(settings.longestLifetime)
                .apiHosts(settings.apiHosts.stream().distinct().toArray(String[]::new))
                .revokeScope(settings.revokeScope);
        if (settings.earliestRefreshAge != null) {
            profile.earliestRefreshAge(settings.earliestRefreshAge);
        }
        if (settings.largestMargin != null) {
            profile.largestMargin(settings.largestMargin);
        }
        return profile.build();
    }

    private static void checkIdentity(
            OAuth2ProviderBuilder settings, @Nullable RefreshModel model, List<String> errors) {
        if (!settings.id.matches("[a-z][a-z0-9-]{0,62}")) {
            errors.add("id must be lower-case letters, digits and hyphens, at most 63, starting with a letter");
        }
        if (settings.endpoints.address(EndpointKind.REFRESH).isEmpty()) {
            errors.add("tokenEndpoint is not set");
        }
        if (model == null) {
            errors.add(
                    "refreshModel is not set; ROTATING if a refresh can return a new refresh token, otherwise STATIC");
        } else if (model != RefreshModel.ROTATING && model != RefreshModel.STATIC) {
            errors.add("refreshModel " + model + " requires another refresher; this one uses refresh tokens");
        }
        if (model == RefreshModel.STATIC && !settings.reuseGrace.isZero()) {
            errors.add("reuseGrace requires refreshModel ROTATING; STATIC refresh tokens can be reused");
        }
    }

    private static void checkTimes(OAuth2ProviderBuilder settings, List<String> errors) {
        requirePositive("defaultLifetime", settings.defaultLifetime, errors);
        requirePositive("longestLifetime", settings.longestLifetime, errors);
        requirePositive("earliestRefreshAge", settings.earliestRefreshAge, errors);
        requirePositive("largestMargin", settings.largestMargin, errors);
        if (settings.reuseGrace.isNegative()) {
            errors.add("reuseGrace " + settings.reuseGrace + " is negative");
        }
        requireNotLonger("defaultLifetime", settings.defaultLifetime, settings.longestLifetime, errors);
        requireNotLonger("earliestRefreshAge", settings.earliestRefreshAge, settings.longestLifetime, errors);
        requireNotLonger("largestMargin", settings.largestMargin, settings.longestLifetime, errors);
    }

    private static void checkTexts(OAuth2ProviderBuilder settings, List<String> errors) {
        if (!settings.scopeSeparator.equals(" ") && !settings.scopeSeparator.equals(",")) {
            errors.add("scopeSeparator \"" + shown(settings.scopeSeparator) + "\" is neither a space nor a comma");
        }
        for (String host : settings.apiHosts) {
            if (!host.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
                errors.add("apiHosts entry \"" + shown(host) + "\" is not an exact lower-case host name");
            }
        }
        requireNotReserved("refreshParameter", settings.parameters.keySet(), RESERVED, errors);
        requireNotReserved(
                "authorizationParameter", settings.authorizationParameters.keySet(), RESERVED_AT_CONSENT, errors);
    }

    private static void requireNotReserved(
            String setting, Set<String> names, Set<String> reserved, List<String> errors) {
        for (String name : names) {
            if (name.isBlank() || reserved.contains(name.toLowerCase(Locale.ROOT))) {
                errors.add(setting + " \"" + shown(name) + "\" is set by the library");
            }
        }
    }

    private static void requirePositive(String setting, @Nullable Duration value, List<String> errors) {
        if (value != null && (value.isNegative() || value.isZero())) {
            errors.add(setting + " " + value + " must be longer than zero");
        }
    }

    private static void requireNotLonger(
            String setting, @Nullable Duration value, Duration longest, List<String> errors) {
        if (value != null && value.compareTo(longest) > 0) {
            errors.add(setting + " " + value + " must not be longer than longestLifetime " + longest);
        }
    }

    private static String shown(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() > 63 ? printable.substring(0, 63) + "…" : printable;
    }
}
