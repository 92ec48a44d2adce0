package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Schedule;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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

    private static final int MAX_FIELD_LENGTH = 4096;
    private static final String BEARER = "Bearer";
    private static final String ZERO = "\\s*0+(\\.0+)?\\s*";
    private static final List<String> GRANT_LIFETIMES = List.of("refresh_token_expires_in", "refresh_expires_in");
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
     * @param kept the members that are kept with the tokens
     */
    public record Extras(
            boolean forms,
            List<String> subjectPath,
            Map<String, String> otherNames,
            Spelling spelling,
            KeptMembers kept) {
        public static final Extras NONE = new Extras(false, List.of());

        public Extras(boolean forms, List<String> subjectPath) {
            this(forms, subjectPath, Map.of());
        }

        public Extras(boolean forms, List<String> subjectPath, Map<String, String> otherNames) {
            this(forms, subjectPath, otherNames, Spelling.OF_THE_RFC, KeptMembers.NONE);
        }

        public Extras spelled(Spelling own) {
            return new Extras(forms, subjectPath, otherNames, own, kept);
        }

        public Extras keeping(KeptMembers members) {
            return new Extras(forms, subjectPath, otherNames, spelling, members);
        }

        Set<String> withOtherNames(Set<String> scopes) {
            Set<String> all = new LinkedHashSet<>(scopes);
            for (Map.Entry<String, String> names : otherNames.entrySet()) {
                if (scopes.contains(names.getKey()) || scopes.contains(names.getValue())) {
                    all.add(names.getKey());
                    all.add(names.getValue());
                }
            }
            return all;
        }
    }

    /**
     * The field names and values of a provider's responses. Immutable.
     *
     * @param scopes the field of the granted scopes
     * @param lifetimes the fields of the lifetime in seconds, in order of preference
     * @param grantLifetimes further fields of the lifetime of the refresh token, in order of preference
     * @param wrapper the path of the object that holds the tokens if the response itself does not, or of an array whose
     *     first entry is that object; empty if there is none
     * @param bearerTypes further token types that are used like {@code Bearer}, in lower case
     * @param endlessIfZero whether a lifetime of zero means that the access token does not end
     * @param endlessIfUntold whether an access token without a lifetime does not end
     */
    public record Spelling(
            String scopes,
            List<String> lifetimes,
            List<String> grantLifetimes,
            Optional<String> wrapper,
            Set<String> bearerTypes,
            boolean endlessIfZero,
            boolean endlessIfUntold) {
        static final Spelling OF_THE_RFC = new Spelling("scope", List.of("expires_in"), Optional.empty());

        public Spelling(String scopes, List<String> lifetimes, Optional<String> wrapper) {
            this(scopes, lifetimes, List.of(), wrapper, Set.of(), false, false);
        }

        private ResponseBody unwrapped(ResponseBody body) {
            if (wrapper.isEmpty() || body.has("access_token")) {
                return body;
            }
            return body.objectAt(MemberPath.of(wrapper.get())).orElse(body);
        }

        private boolean isBearer(ResponseBody body) {
            Optional<String> type = body.text("token_type");
            return type.isEmpty()
                    || type.get().equalsIgnoreCase(BEARER)
                    || bearerTypes.contains(type.get().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Reads the tokens of a response; empty if it has neither a usable access token nor a refresh token.
     *
     * @param sentAt the start of the lifetimes
     * @param longest the longest lifetime of an access token of this provider
     */
    static Optional<TokenResponseParser> read(ResponseBody body, Instant sentAt, Duration longest, Extras extras) {
        Optional<TokenResponseParser> read = read(extras.spelling().unwrapped(body), body, sentAt, longest, extras);
        return read.isEmpty() ? read : Optional.of(read.get().with(others(body, sentAt, longest, extras)));
    }

    /** Reads the further grants of a response. */
    private static Map<String, TokenResponse> others(
            ResponseBody body, Instant sentAt, Duration longest, Extras extras) {
        Map<String, TokenResponse> others = new LinkedHashMap<>();
        for (Map.Entry<String, String> grant : extras.kept().grants().entrySet()) {
            body.objectAt(MemberPath.of(grant.getValue()))
                    .flatMap(inner -> read(inner, inner, sentAt, longest, extras))
                    .map(TokenResponseParser::tokens)
                    .filter(tokens -> tokens.accessToken().isPresent())
                    .ifPresent(tokens -> others.put(grant.getKey(), tokens));
        }
        return others;
    }

    private TokenResponseParser with(Map<String, TokenResponse> others) {
        return others.isEmpty()
                ? this
                : new TokenResponseParser(tokens.toBuilder().others(others).build(), warnings);
    }

    private static Optional<TokenResponseParser> read(
            ResponseBody inner, ResponseBody body, Instant sentAt, Duration longest, Extras extras) {
        Reading reading = new Reading(inner, extras.spelling(), sentAt, longest);
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
                .subject(subject(extras.subjectPath(), List.of(inner, body)))
                .attributes(reading.attributes(extras.kept().fields(), body))
                .hosts(reading.hosts(extras.kept(), body))
                .build();
        return Optional.of(new TokenResponseParser(tokens, reading.warnings));
    }

    /** Looks for the user's id at its path and then in an ID token, in the object of the tokens first. */
    private static Optional<String> subject(List<String> path, List<ResponseBody> bodies) {
        Optional<String> named = path.isEmpty() ? Optional.empty() : named(new MemberPath(path), bodies);
        return named.isPresent() ? named : signed(bodies);
    }

    private static Optional<String> named(MemberPath member, List<ResponseBody> bodies) {
        for (ResponseBody body : bodies) {
            Optional<String> subject = member.text(body.root());
            if (subject.isPresent()) {
                return subject;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> signed(List<ResponseBody> bodies) {
        for (ResponseBody body : bodies) {
            Optional<String> idToken = body.text("id_token");
            Optional<String> subject = idToken.isEmpty() ? idToken : IdToken.subject(idToken.get());
            if (subject.isPresent()) {
                return subject;
            }
        }
        return Optional.empty();
    }

    /** Returns whether a response names a token type that cannot be used in an {@code Authorization: Bearer} header. */
    static boolean isForeignType(ResponseBody body) {
        return body.text("token_type")
                .filter(type -> !type.equalsIgnoreCase(BEARER))
                .isPresent();
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
            if (!spelling.isBearer(body)) {
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
            Secret token = Secret.of(text.get());
            if (!token.hasTokenCharacters()) {
                warnings.add(name + " has characters that are invalid in a token; it is not used");
                return Optional.empty();
            }
            return Optional.of(token);
        }

        /** Prefers relative times, because they do not depend on the provider's clock. */
        Optional<Instant> accessTokenEnd() {
            for (String name : spelling.lifetimes()) {
                Optional<String> value = body.text(name);
                if (value.isPresent()) {
                    Optional<Instant> end = checked(name, lifetimeEnd(value.get()));
                    if (end.isPresent()) {
                        return end;
                    }
                }
            }
            Optional<String> date = body.text("expires_at");
            Optional<Instant> end =
                    date.isEmpty() ? Optional.empty() : checked("expires_at", LifetimeParser.date(date.get(), sentAt));
            return end.isEmpty() && spelling.endlessIfUntold() ? Optional.of(Schedule.NEVER) : end;
        }

        private Optional<Instant> lifetimeEnd(String value) {
            return spelling.endlessIfZero() && value.matches(ZERO)
                    ? Optional.of(Schedule.NEVER)
                    : LifetimeParser.end(value, sentAt, longest);
        }

        Optional<Instant> refreshTokenEnd() {
            Optional<Instant> own = firstGrantEnd(spelling.grantLifetimes());
            return own.isPresent() ? own : firstGrantEnd(GRANT_LIFETIMES);
        }

        private Optional<Instant> firstGrantEnd(List<String> names) {
            for (String name : names) {
                Optional<String> value = body.text(name);
                Optional<Instant> end = value.isEmpty() ? Optional.empty() : grantEnd(name, value.get());
                if (end.isPresent()) {
                    return end;
                }
            }
            return Optional.empty();
        }

        /** Zero means that the grant does not end (Keycloak's offline tokens). */
        private Optional<Instant> grantEnd(String name, String value) {
            return checked(name, LifetimeParser.end(value, sentAt, MAX_GRANT_LIFETIME))
                    .filter(end -> end.isAfter(sentAt));
        }

        private Optional<Instant> checked(String name, Optional<Instant> time) {
            if (time.isEmpty()) {
                warnings.add(name + " is not a valid time; it is ignored");
            }
            return time;
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

        Map<String, Secret> attributes(Map<String, String> kept, ResponseBody whole) {
            Map<String, Secret> attributes = new LinkedHashMap<>();
            Optional<Secret> idToken = token("id_token");
            if (idToken.isPresent()) {
                attributes.put("id_token", idToken.get());
            }
            for (Map.Entry<String, String> field : kept.entrySet()) {
                Optional<String> value = member(field.getValue(), whole);
                if (value.isPresent() && isKept(field.getKey(), value.get())) {
                    attributes.put(TokenSet.FIELD + field.getKey(), Secret.of(value.get()));
                }
            }
            return attributes;
        }

        private boolean isKept(String name, String value) {
            if (value.length() <= MAX_FIELD_LENGTH) {
                return true;
            }
            warnings.add("the field " + name + " has more than " + MAX_FIELD_LENGTH + " characters; it is not kept");
            return false;
        }

        Set<String> hosts(KeptMembers kept, ResponseBody whole) {
            Set<String> hosts = new LinkedHashSet<>();
            for (String path : kept.hosts()) {
                Optional<String> named = member(path, whole);
                Optional<String> host = named.flatMap(kept::host);
                host.ifPresent(hosts::add);
                if (named.isPresent() && host.isEmpty()) {
                    warnings.add(path + " names a host that is in none of the accountHosts; it is ignored");
                }
            }
            return hosts;
        }

        /** Returns a member of the object with the tokens, or of the whole response. */
        private Optional<String> member(String path, ResponseBody whole) {
            MemberPath member = MemberPath.of(path);
            return member.text(body.root()).or(() -> member.text(whole.root()));
        }
    }
}
