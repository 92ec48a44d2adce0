package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.description.MemberCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks the settings of a described provider together and reports all errors at once. Stateless. Thread-safe. */
final class SettingsCheck {

    /** Token types that are never used like a bearer token, such as that of RFC 9449. */
    private static final Set<String> NO_BEARER = Set.of("dpop", "mac", "n_a", "pop");

    private final Settings settings;
    private final List<String> errors = new ArrayList<>();

    private SettingsCheck(Settings settings) {
        this.settings = settings;
    }

    /** @throws IllegalArgumentException if a setting is invalid; the message names each of them */
    static void check(String id, Settings settings) {
        SettingsCheck check = new SettingsCheck(settings);
        check.checkIdentity(id);
        check.checkTimes();
        check.checkTexts();
        check.checkResponses();
        check.errors.addAll(Addresses.errors(settings));
        check.errors.addAll(RequestCheck.errors(settings));
        check.errors.addAll(KeepCheck.errors(settings));
        check.errors.addAll(RuleCheck.errors(settings));
        refuse(id, check.errors);
    }

    static void refuse(String id, List<String> errors) {
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException("provider \"" + shown(id) + "\": " + String.join("; ", errors));
        }
    }

    private void checkIdentity(String id) {
        if (!id.matches("[a-z][a-z0-9-]{0,62}")) {
            errors.add("id must be lower-case letters, digits and hyphens, at most 63, starting with a letter");
        }
        checkModel(settings.get(Setting.REFRESH_MODEL));
    }

    private void checkModel(Optional<RefreshModel> model) {
        boolean endless = model.equals(Optional.of(RefreshModel.NON_EXPIRING));
        EndpointKind needed = endless ? EndpointKind.EXCHANGE : EndpointKind.REFRESH;
        if (settings.get(Setting.TOKEN_ENDPOINT).isEmpty()
                && !settings.get(Setting.ENDPOINTS).containsKey(needed)) {
            errors.add("tokenEndpoint is not set");
        }
        if (model.isEmpty()) {
            errors.add(
                    "refreshModel is not set; ROTATING if a refresh can return a new refresh token, otherwise STATIC");
        } else if (!endless && !model.get().usesRefreshTokens()) {
            errors.add("refreshModel " + model.get() + " requires another refresher; this one uses refresh tokens");
        }
        if (model.equals(Optional.of(RefreshModel.STATIC)) && settings.has(Setting.REUSE_GRACE)) {
            errors.add("reuseGrace requires refreshModel ROTATING; STATIC refresh tokens can be reused");
        }
        if (model.equals(Optional.of(RefreshModel.STATIC)) && settings.has(Setting.REPLAY_HARMLESS)) {
            errors.add("replayHarmless requires refreshModel ROTATING; STATIC refresh tokens can be reused");
        }
        if (settings.has(Setting.REPLAY_HARMLESS) && settings.has(Setting.REUSE_GRACE)) {
            errors.add(
                    "replayHarmless and reuseGrace are both set; one of them says when an old refresh token is accepted");
        }
        Stream.of(
                        Setting.REUSE_GRACE,
                        Setting.LARGEST_MARGIN,
                        Setting.REFRESH_PARAMETERS,
                        Setting.SEND_SCOPES_ON_REFRESH,
                        Setting.REFRESH_TOKEN_LIFETIME_MEMBERS,
                        Setting.REPLAY_HARMLESS,
                        Setting.GRANT_LIFETIME,
                        Setting.GRANT_IDLE_LIFETIME)
                .filter(setting -> endless && settings.has(setting))
                .forEach(
                        setting -> errors.add(setting + " is about refreshes, and refreshModel NON_EXPIRING has none"));
    }

    private void checkResponses() {
        if (settings.get(Setting.ENDLESS_IF_UNTOLD) && settings.has(Setting.DEFAULT_LIFETIME)) {
            errors.add("endlessIfUntold and defaultLifetime are both set, and a token without a lifetime has one only");
        }
        settings.get(Setting.RESPONSE_WRAPPER)
                .filter(path -> !MemberCondition.isPath(path))
                .ifPresent(path -> errors.add("responseWrapper is not a path of members such as data.tokens"));
        for (String type : settings.get(Setting.BEARER_TYPES)) {
            if (type.isBlank()) {
                errors.add("bearerTypes has an empty text");
            } else if (NO_BEARER.contains(type.strip().toLowerCase(Locale.ROOT))) {
                errors.add("bearerTypes has \"" + shown(type) + "\", which needs a proof with each request");
            }
        }
        requireNames(Setting.SCOPES_MEMBER, List.of(settings.get(Setting.SCOPES_MEMBER)));
        requireNames(Setting.LIFETIME_MEMBERS, settings.get(Setting.LIFETIME_MEMBERS));
        requireNames(Setting.REFRESH_TOKEN_LIFETIME_MEMBERS, settings.get(Setting.REFRESH_TOKEN_LIFETIME_MEMBERS));
        requireNames(Setting.SUBJECT_AT, settings.get(Setting.SUBJECT_AT));
    }

    private void requireNames(Setting<?> setting, List<String> names) {
        if (names.stream().anyMatch(String::isBlank)) {
            errors.add(setting + " has an empty name");
        }
    }

    private void checkTimes() {
        requirePositive(Setting.DEFAULT_LIFETIME, settings.get(Setting.DEFAULT_LIFETIME));
        requirePositive(Setting.LONGEST_LIFETIME, settings.get(Setting.LONGEST_LIFETIME));
        Optional<Duration> age = settings.get(Setting.EARLIEST_REFRESH_AGE);
        Optional<Duration> margin = settings.get(Setting.LARGEST_MARGIN);
        age.ifPresent(value -> requirePositive(Setting.EARLIEST_REFRESH_AGE, value));
        margin.ifPresent(value -> requirePositive(Setting.LARGEST_MARGIN, value));
        checkGrantLifetimes(settings.get(Setting.GRANT_LIFETIME), settings.get(Setting.GRANT_IDLE_LIFETIME));
        Duration grace = settings.get(Setting.REUSE_GRACE);
        if (grace.isNegative()) {
            errors.add("reuseGrace " + grace + " is negative");
        }
        requireNotLonger(Setting.DEFAULT_LIFETIME, settings.get(Setting.DEFAULT_LIFETIME));
        age.ifPresent(value -> requireNotLonger(Setting.EARLIEST_REFRESH_AGE, value));
        margin.ifPresent(value -> requireNotLonger(Setting.LARGEST_MARGIN, value));
    }

    private void checkGrantLifetimes(Optional<Duration> absolute, Optional<Duration> idle) {
        absolute.ifPresent(value -> requirePositive(Setting.GRANT_LIFETIME, value));
        idle.ifPresent(value -> requirePositive(Setting.GRANT_IDLE_LIFETIME, value));
        idle.filter(value -> absolute.filter(longest -> value.compareTo(longest) >= 0)
                        .isPresent())
                .ifPresent(value -> errors.add("grantIdleLifetime " + value + " must be shorter than grantLifetime "
                        + absolute.orElseThrow()));
    }

    private void checkTexts() {
        String separator = settings.get(Setting.SCOPE_SEPARATOR);
        if (!separator.equals(" ") && !separator.equals(",")) {
            errors.add("scopeSeparator \"" + shown(separator) + "\" is neither a space nor a comma");
        }
        if (settings.has(Setting.RESOURCE_DIALECT) && settings.has(Setting.API_ERRORS)) {
            errors.add("apiErrors and resourceDialect are both set, and a response can have one meaning only");
        }
    }

    private void requirePositive(Setting<?> setting, Duration value) {
        if (value.isNegative() || value.isZero()) {
            errors.add(setting + " " + value + " must be longer than zero");
        }
    }

    private void requireNotLonger(Setting<?> setting, Duration value) {
        Duration longest = settings.get(Setting.LONGEST_LIFETIME);
        if (value.compareTo(longest) > 0) {
            errors.add(setting + " " + value + " must not be longer than longestLifetime " + longest);
        }
    }

    static String shown(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() > 63 ? printable.substring(0, 63) + "…" : printable;
    }
}
