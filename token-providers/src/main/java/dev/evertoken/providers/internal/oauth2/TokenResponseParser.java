package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of a successful response (RFC 6749 section 5.1), and warnings about its irregularities. Immutable.
 *
 * <p>A refresh token is kept even if the access token beside it is missing or unusable: it may be the only one that is
 * still valid.
 *
 * @param tokens the received tokens
 * @param warnings sentences without secrets, for the log
 */
public record TokenResponseParser(TokenResponse tokens, List<String> warnings) {

    /** The length limit of a token; a longer text would not fit into a header either. */
    public static final int MAX_TOKEN_LENGTH = 64 * 1024;

    private static final String BEARER = "Bearer";
    private static final Duration MAX_GRANT_LIFETIME = Duration.ofDays(3650);

    public TokenResponseParser {
        warnings = List.copyOf(warnings);
    }

    /**
     * The differences between a provider's responses and the RFC. Immutable.
     *
     * @param forms whether responses may be form-encoded
     * @param subjectPath the path of the user's id
     * @param otherNames scopes with two names; if one of the names is granted, so is the other
     * @param spelling the names of the fields
     */
    public record Extras(boolean forms, List<String> subjectPath, Map<String, String> otherNames, Spelling spelling) {
        public static final Extras NONE = new Extras(false, List.of());

        public Extras(boolean forms, List<String> subjectPath) {
            this(forms, subjectPath, Map.of());
        }

        public Extras(boolean forms, List<String> subjectPath, Map<String, String> otherNames) {
            this(forms, subjectPath, otherNames, Spelling.OF_THE_RFC);
        }

        public Extras spelled(Spelling own) {
            return new Extras(forms, subjectPath, otherNames, own);
        }

        Set<String> withOtherNames(Set<String> scopes) {
            Set<String> all = new LinkedHashSet<>(scopes);
            otherNames.forEach((one, other) -> {
                if (scopes.contains(one) || scopes.contains(other)) {
                    all.add(one);
                    all.add(other);
                }
            });
            return all;
        }
    }

    /**
     * The field names of a provider's responses. Immutable.
     *
     * @param scopes the field of the granted scopes
     * @param lifetimes the fields of the lifetime in seconds, in order of preference
     * @param wrapper the array whose first entry holds the tokens if the response itself does not; empty if there is
     *     none
     */
    public record Spelling(String scopes, List<String> lifetimes, Optional<String> wrapper) {
        static final Spelling OF_THE_RFC = new Spelling("scope", List.of("expires_in"), Optional.empty());

        private ResponseBody unwrapped(ResponseBody body) {
            if (wrapper.isEmpty() || body.has("access_token")) {
                return body;
            }
            List<ResponseBody> wrapped = body.objects(wrapper.get());
            return wrapped.isEmpty() ? body : wrapped.get(0);
        }
    }

    /**
     * Reads the tokens of a response; empty if it has neither a usable access token nor a refresh token.
     *
     * @param sentAt the start of the lifetimes
     * @param longest the longest lifetime of an access token of this provider
     */
    static Optional<TokenResponseParser> read(ResponseBody body, Instant sentAt, Duration longest, Extras extras) {
        Reading reading = new Reading(extras.spelling().unwrapped(body), extras.spelling(), sentAt, longest);
        Optional<Secret> accessToken = reading.isBearer() ? reading.token("access_token") : Optional.empty();
        Optional<String> accessTokenFault = reading.fault();
        Optional<Secret> refreshToken = reading.token("refresh_token");
        if (accessToken.isEmpty() && refreshToken.isEmpty()) {
            return Optional.empty();
        }
        TokenResponse tokens = TokenResponse.builder(sentAt)
                .accessToken(accessToken)
                .accessTokenFault(accessTokenFault)
                .tokenType(BEARER)
                .refreshToken(refreshToken)
                .expiresAt(reading.accessTokenEnd())
                .refreshTokenExpiresAt(reading.refreshTokenEnd())
                .scopes(reading.scopes(extras))
                .subject(reading.subject(extras.subjectPath()))
                .attributes(reading.attributes())
                .build();
        return Optional.of(new TokenResponseParser(tokens, reading.warnings));
    }

    /** Returns whether a response names a token type that cannot be used in an {@code Authorization: Bearer} header. */
    static boolean isForeignType(ResponseBody body) {
        Optional<String> type = body.text("token_type");
        return type.isPresent() && !type.get().equalsIgnoreCase(BEARER);
    }

    /** One pass over one body that collects warnings. Not thread-safe. */
    private static final class Reading {
        private final ResponseBody body;
        private final Spelling spelling;
        private final Instant sentAt;
        private final Duration longest;
        private final List<String> warnings = new ArrayList<>();

        Reading(ResponseBody body, Spelling spelling, Instant sentAt, Duration longest) {
            this.body = body;
            this.spelling = spelling;
            this.sentAt = sentAt;
            this.longest = longest;
        }

        boolean isBearer() {
            if (isForeignType(body)) {
                warnings.add("token_type is not Bearer; the access token is not used");
                return false;
            }
            return true;
        }

        /** Returns the first warning so far, without its second half; empty if there is none. */
        Optional<String> fault() {
            if (warnings.isEmpty()) {
                return Optional.empty();
            }
            String first = warnings.get(0);
            return Optional.of(first.substring(0, first.indexOf(';')));
        }

        /** Tokens consist of visible ASCII characters and spaces (RFC 6749 appendices A.12 and A.17). */
        Optional<Secret> token(String name) {
            Optional<String> text = body.text(name);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (text.get().length() > MAX_TOKEN_LENGTH) {
                warnings.add(name + " has " + text.get().length() + " characters, more than " + MAX_TOKEN_LENGTH
                        + "; it is not used");
                return Optional.empty();
            }
            if (!isVisible(text.get())) {
                warnings.add(name + " has characters that are invalid in a token; it is not used");
                return Optional.empty();
            }
            return Optional.of(Secret.of(text.get()));
        }

        private static boolean isVisible(String text) {
            for (int at = 0; at < text.length(); at++) {
                if (text.charAt(at) < 0x20 || text.charAt(at) > 0x7e) {
                    return false;
                }
            }
            return true;
        }

        /** Prefers relative times, because they do not depend on the provider's clock. */
        Optional<Instant> accessTokenEnd() {
            for (String name : spelling.lifetimes()) {
                Optional<Instant> end = lifetimeEnd(name, longest);
                if (end.isPresent()) {
                    return end;
                }
            }
            Optional<String> date = body.text("expires_at");
            return date.isEmpty() ? Optional.empty() : orWarning("expires_at", LifetimeParser.date(date.get(), sentAt));
        }

        Optional<Instant> refreshTokenEnd() {
            Optional<Instant> end = grantEnd("refresh_token_expires_in");
            return end.isPresent() ? end : grantEnd("refresh_expires_in");
        }

        /** Zero means that the grant does not end (Keycloak's offline tokens). */
        private Optional<Instant> grantEnd(String name) {
            Optional<Instant> end = lifetimeEnd(name, MAX_GRANT_LIFETIME);
            return end.isPresent() && end.get().isAfter(sentAt) ? end : Optional.empty();
        }

        private Optional<Instant> lifetimeEnd(String name, Duration most) {
            Optional<String> lifetime = body.text(name);
            return lifetime.isEmpty()
                    ? Optional.empty()
                    : orWarning(name, LifetimeParser.end(lifetime.get(), sentAt, most));
        }

        private Optional<Instant> orWarning(String name, Optional<Instant> moment) {
            if (moment.isEmpty()) {
                warnings.add(name + " is not a valid time; it is ignored");
            }
            return moment;
        }

        Optional<Set<String>> scopes(Extras extras) {
            Optional<String> text = body.text(spelling.scopes());
            Set<String> scopes = new LinkedHashSet<>(
                    text.isPresent()
                            ? Arrays.asList(text.get().strip().split("[ ,]+"))
                            : body.texts(spelling.scopes()));
            scopes.remove("");
            return scopes.isEmpty() ? Optional.empty() : Optional.of(extras.withOtherNames(scopes));
        }

        Optional<String> subject(List<String> path) {
            Optional<String> named = named(path);
            if (named.isPresent()) {
                return named;
            }
            Optional<String> idToken = body.text("id_token");
            return idToken.isEmpty() ? Optional.empty() : IdToken.subject(idToken.get());
        }

        private Optional<String> named(List<String> path) {
            Optional<ResponseBody> at = Optional.of(body);
            for (int i = 0; i < path.size() - 1 && at.isPresent(); i++) {
                at = at.get().object(path.get(i));
            }
            return path.isEmpty() || at.isEmpty() ? Optional.empty() : at.get().text(path.get(path.size() - 1));
        }

        Map<String, Secret> attributes() {
            Map<String, Secret> attributes = new LinkedHashMap<>();
            Optional<Secret> idToken = token("id_token");
            if (idToken.isPresent()) {
                attributes.put("id_token", idToken.get());
            }
            return attributes;
        }
    }
}
