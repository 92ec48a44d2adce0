package dev.evertoken.imports;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.Placeholder;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The members of a token file or row by name. Messages name the format and the member, never a value. Immutable.
 *
 * <p>A member may have several names; the first one that is present and not blank is used.
 */
final class TokenFields {

    private static final List<String> ACCESS_TOKEN = List.of("access_token");
    private static final List<String> EXPIRY = List.of("expires_at", "expiry");

    private final String subject;
    private final Map<String, JsonValue> values;

    /** A member that is present and not blank. */
    private record Member(String name, JsonValue value) {}

    /** @param subject the name of the format, with which each message begins */
    TokenFields(String subject, Map<String, JsonValue> values) {
        this.subject = subject;
        this.values = values;
    }

    TokenFileException fault(String what) {
        return new TokenFileException(subject + " " + what);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** @throws TokenFileException if a member is missing or blank */
    void require(String... names) {
        for (String name : names) {
            if (member(List.of(name)).isEmpty()) {
                throw fault("has no \"" + name + "\"");
            }
        }
    }

    /** Returns the members of an inner object. */
    Optional<TokenFields> inner(String name) {
        return Optional.ofNullable(values.get(name)).map(value -> {
            if (value instanceof JsonObject object) {
                return new TokenFields(subject, object.members());
            }
            throw fault("has no object as \"" + name + "\"");
        });
    }

    /** Returns a text, or a number as text. */
    Optional<String> text(String name) {
        return member(List.of(name)).map(this::text);
    }

    /** Returns a credential: a text with valid characters that is not a placeholder. */
    Optional<Secret> secret(String name) {
        return secret(List.of(name));
    }

    private Optional<Secret> secret(List<String> names) {
        return member(names).map(member -> {
            String text = unstripped(member);
            Placeholder.reason(text).ifPresent(why -> {
                throw fault("has a \"" + member.name() + "\" that is " + why);
            });
            Secret secret = Secret.of(text);
            if (!secret.hasTokenCharacters() || text.indexOf(' ') >= 0) {
                throw fault("has a \"" + member.name() + "\" with a character that no token has");
            }
            return secret;
        });
    }

    /** Returns a time; empty if the member is missing or its value represents no time. */
    Optional<Instant> time(String name) {
        return time(List.of(name));
    }

    private Optional<Instant> time(List<String> names) {
        return member(names).flatMap(member -> {
            try {
                return WrittenTime.parse(text(member));
            } catch (DateTimeException | ArithmeticException e) {
                throw fault("has a time of unknown form as \"" + member.name() + "\"");
            }
        });
    }

    /** Returns the tokens in members with the names of a token response, with a time of expiry. */
    TokenSet tokens() {
        return tokens(ACCESS_TOKEN, EXPIRY);
    }

    /**
     * Returns the tokens.
     *
     * @param accessToken the names of the access token
     * @param expiry the names of its expiry
     */
    TokenSet tokens(List<String> accessToken, List<String> expiry) {
        Optional<Instant> end = time(expiry);
        Optional<Secret> refreshToken = secret("refresh_token");
        Optional<Secret> usable = secret(accessToken).filter(token -> end.isPresent() || refreshToken.isEmpty());
        TokenSet.Builder tokens = usable.map(token -> TokenSet.builder(token.reveal()))
                .or(() -> refreshToken.map(token -> TokenSet.ofRefreshToken(token.reveal()).toBuilder()))
                .orElseThrow(() -> fault("has neither \"" + accessToken.get(0) + "\" nor \"refresh_token\""));
        refreshToken.ifPresent(tokens::refreshToken);
        usable.ifPresent(token -> tokens.expiresAt(end));
        text("token_type").ifPresent(type -> tokens.tokenType(tokenType(type)));
        return tokens.refreshTokenExpiresAt(time("refresh_token_expires_at"))
                .scopes(scopes())
                .build();
    }

    private String tokenType(String type) {
        if (!type.matches("[A-Za-z0-9._-]{1,64}")) {
            throw fault("has a \"token_type\" with an invalid character");
        }
        return type;
    }

    private List<String> scopes() {
        return member(List.of("scopes", "scope")).map(this::texts).orElse(List.of());
    }

    private List<String> texts(Member member) {
        List<JsonValue> listed = member.value() instanceof JsonArray list ? list.values() : List.of(member.value());
        return listed.stream()
                .map(value -> unstripped(new Member(member.name(), value)))
                .toList();
    }

    private Optional<Member> member(List<String> names) {
        return names.stream()
                .flatMap(name -> Optional.ofNullable(values.get(name)).map(value -> new Member(name, value)).stream())
                .filter(member -> member.value().text().filter(String::isBlank).isEmpty())
                .findFirst();
    }

    private String text(Member member) {
        return unstripped(member).strip();
    }

    private String unstripped(Member member) {
        return member.value().text().orElseThrow(() -> fault("has no text as \"" + member.name() + "\""));
    }

    /** Returns the names of the members; their values may be secrets. */
    @Override
    public String toString() {
        return "TokenFields" + values.keySet();
    }
}
