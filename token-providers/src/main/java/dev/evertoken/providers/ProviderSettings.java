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
 * Checks the settings of an {@link OAuth2Provider} together: what does not fit is refused, all of it at once.
 * Stateless. Thread-safe.
 */
final class ProviderSettings {

    private static final Set<String> OURS =
            Set.of("grant_type", "refresh_token", "client_id", "client_secret", "scope");

    private static final Set<String> OURS_AT_CONSENT = Set.of(
            "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method");

    private ProviderSettings() {}

    /** @throws IllegalArgumentException if anything is wrong, naming each setting */
    static ProviderProfile profile(OAuth2ProviderBuilder set) {
        List<String> wrong = new ArrayList<>();
        RefreshModel model = set.refreshModel;
        checkIdentity(set, model, wrong);
        checkTimes(set, wrong);
        checkTexts(set, wrong);
        if (model == null || !wrong.isEmpty()) {
            throw new IllegalArgumentException("provider \"" + shown(set.id) + "\": " + String.join("; ", wrong));
        }
        ProviderProfile.Builder profile = ProviderProfile.builder(model)
                .endpoints(set.endpoints)
                .tokenAuthentication(set.authentication)
                .scopeSeparator(set.scopeSeparator)
                .reuseGrace(set.reuseGrace)
                .defaultLifetime(set.defaultLifetime)
                .longestLifetime(set.longestLifetime)
                .apiHosts(set.apiHosts.stream().distinct().toArray(String[]::new))
                .revokeScope(set.revokeScope);
        if (set.earliestRefreshAge != null) {
            profile.earliestRefreshAge(set.earliestRefreshAge);
        }
        if (set.largestMargin != null) {
            profile.largestMargin(set.largestMargin);
        }
        return profile.build();
    }

    private static void checkIdentity(OAuth2ProviderBuilder set, @Nullable RefreshModel model, List<String> wrong) {
        if (!set.id.matches("[a-z][a-z0-9-]{0,62}")) {
            wrong.add("id must be lower-case letters, digits and hyphens, at most 63, a letter first");
        }
        if (set.endpoints.address(EndpointKind.REFRESH).isEmpty()) {
            wrong.add("tokenEndpoint is not set");
        }
        if (model == null) {
            wrong.add("refreshModel is not set; ROTATING if a refresh can bring a new refresh token, else STATIC");
        } else if (model != RefreshModel.ROTATING && model != RefreshModel.STATIC) {
            wrong.add("refreshModel " + model + " needs a refresher of its own; this one presents refresh tokens");
        }
        if (model == RefreshModel.STATIC && !set.reuseGrace.isZero()) {
            wrong.add("reuseGrace is for refreshModel ROTATING, STATIC spends no refresh token");
        }
    }

    private static void checkTimes(OAuth2ProviderBuilder set, List<String> wrong) {
        requirePositive("defaultLifetime", set.defaultLifetime, wrong);
        requirePositive("longestLifetime", set.longestLifetime, wrong);
        requirePositive("earliestRefreshAge", set.earliestRefreshAge, wrong);
        requirePositive("largestMargin", set.largestMargin, wrong);
        if (set.reuseGrace.isNegative()) {
            wrong.add("reuseGrace " + set.reuseGrace + " is negative");
        }
        requireNotLonger("defaultLifetime", set.defaultLifetime, set.longestLifetime, wrong);
        requireNotLonger("earliestRefreshAge", set.earliestRefreshAge, set.longestLifetime, wrong);
        requireNotLonger("largestMargin", set.largestMargin, set.longestLifetime, wrong);
    }

    private static void checkTexts(OAuth2ProviderBuilder set, List<String> wrong) {
        if (!set.scopeSeparator.equals(" ") && !set.scopeSeparator.equals(",")) {
            wrong.add("scopeSeparator \"" + shown(set.scopeSeparator) + "\" is neither a blank nor a comma");
        }
        for (String host : set.apiHosts) {
            if (!host.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
                wrong.add("apiHosts entry \"" + shown(host) + "\" is not an exact lower-case host name");
            }
        }
        requireTheirs("refreshParameter", set.parameters.keySet(), OURS, wrong);
        requireTheirs("authorizationParameter", set.authorizationParameters.keySet(), OURS_AT_CONSENT, wrong);
    }

    private static void requireTheirs(String setting, Set<String> names, Set<String> ours, List<String> wrong) {
        for (String name : names) {
            if (name.isBlank() || ours.contains(name.toLowerCase(Locale.ROOT))) {
                wrong.add(setting + " \"" + shown(name) + "\" is set by the library");
            }
        }
    }

    private static void requirePositive(String setting, @Nullable Duration value, List<String> wrong) {
        if (value != null && (value.isNegative() || value.isZero())) {
            wrong.add(setting + " " + value + " must be longer than zero");
        }
    }

    private static void requireNotLonger(
            String setting, @Nullable Duration value, Duration longest, List<String> wrong) {
        if (value != null && value.compareTo(longest) > 0) {
            wrong.add(setting + " " + value + " must not be longer than longestLifetime " + longest);
        }
    }

    private static String shown(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() > 63 ? printable.substring(0, 63) + "…" : printable;
    }
}
