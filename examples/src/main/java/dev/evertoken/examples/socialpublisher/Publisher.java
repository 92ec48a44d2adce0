package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The flow of a post: the token is validated; if it is not valid, it is refreshed; if that fails, the application's own
 * credentials are tried where the platform has such. A rejection of the platform is recovered by the HTTP client, or
 * explained. A post is taken from the quota only if the platform returned its id. Thread-safe.
 */
final class Publisher {

    private final Tokens tokens;
    private final Quota quota;
    private final List<Platform> platforms;
    private final Supplier<Instant> clock;
    private final Function<TokenKey, URI> reconnectUrl;
    private final Fallback fallback;

    Publisher(
            Tokens tokens,
            Quota quota,
            List<Platform> platforms,
            Supplier<Instant> clock,
            Function<TokenKey, URI> reconnectUrl) {
        this.tokens = tokens;
        this.quota = quota;
        this.platforms = List.copyOf(platforms);
        this.clock = clock;
        this.reconnectUrl = reconnectUrl;
        this.fallback = new Fallback(tokens);
    }

    /** Returns the platform with a name. */
    Platform platform(String name) throws InvalidRequestException {
        return platforms.stream()
                .filter(platform -> platform.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("platform is not one of "
                        + platforms.stream().map(Platform::name).toList()));
    }

    /** Asks the platform whether the token of a user works; refreshes nothing. */
    Answer validate(long user, Platform platform) throws InvalidRequestException {
        try {
            AccountStatus status = connected(user, platform);
            Validation result = tokens.validate(status.key());
            boolean valid = result.verdict() == Validation.Verdict.VALID;
            return Answer.ok(user, platform)
                    .with("valid", valid)
                    .with("state", tokens.status(status.key()).state().name())
                    .with("detail", result.detail())
                    .with("expiresAt", status.expiresAt().map(Object::toString));
        } catch (TokenException e) {
            return Answer.failure(user, platform, e);
        }
    }

    /** Refreshes the token of a user: one that the platform rejects at once, any other not twice within seconds. */
    Answer refresh(long user, Platform platform) throws InvalidRequestException {
        try {
            TokenKey key = connected(user, platform).key();
            AccessToken known = tokens.accessToken(key);
            AccessToken now = refreshed(key, known);
            return Answer.ok(user, platform)
                    .with("refreshed", !now.equals(known))
                    .with("expiresAt", now.expiresAt().map(Object::toString));
        } catch (TokenException e) {
            return lost(user, platform, e);
        }
    }

    private AccessToken refreshed(TokenKey key, AccessToken known) {
        boolean isRejected = tokens.validate(key).verdict() == Validation.Verdict.REJECTED;
        try {
            return isRejected
                    ? tokens.replace(key, known)
                    : tokens.refresh(key, "requested at /api/oauth/refresh-token");
        } catch (TokenException e) {
            if (e.problem() == Problem.NOT_YET || (e.problem() == Problem.NOT_SUPPORTED && !isRejected)) {
                return known;
            }
            throw e;
        }
    }

    /** Publishes a post. */
    Answer publish(Draft draft) throws InvalidRequestException {
        try {
            Instant begin = clock.get().truncatedTo(ChronoUnit.MILLIS);
            return publish(draft, begin, usable(draft));
        } catch (TokenException e) {
            return lost(draft.user(), draft.platform(), e).with(quota.status(draft.user()));
        }
    }

    /** Validates the token of a user, and refreshes it if it has expired. */
    private TokenKey usable(Draft draft) throws InvalidRequestException {
        TokenKey key = draft.platform().key(draft.user());
        try {
            AccessToken unused = tokens.accessToken(key);
            return key;
        } catch (NotConnectedException e) {
            requireKnown(draft.user());
            throw e;
        }
    }

    private Answer publish(Draft draft, Instant begin, TokenKey key) throws InvalidRequestException {
        if (!quota.reserve(draft.user())) {
            return Answer.quotaUsed(draft).with(quota.status(draft.user()));
        }
        boolean published = false;
        Answer answer;
        try {
            Optional<String> post = published(draft);
            published = post.isPresent();
            answer = post.map(id -> Answer.ok(draft.user(), draft.platform())
                            .with("postId", id)
                            .with("token", isNewerThan(begin, key) ? "refreshed" : "valid"))
                    .orElseGet(() -> Answer.unavailable(draft, draft.platform().name() + " returned no post id"));
        } catch (RefusedException e) {
            answer = explained(draft, e);
        } catch (InvalidRequestException e) {
            throw e;
        } catch (IOException e) {
            answer = Answer.unavailable(draft, draft.platform().name() + " did not respond as expected");
        } finally {
            settle(draft.user(), published);
        }
        return answer.with(quota.status(draft.user()));
    }

    /** Publishes; once more if the refused request had a token that is replaced now. */
    private Optional<String> published(Draft draft) throws IOException {
        try {
            return draft.platform().publish(draft);
        } catch (TokenIOException e) {
            throw e.reason();
        } catch (RefusedException e) {
            if (!e.isNewTokenAvailable()) {
                throw e;
            }
            return draft.platform().publish(draft);
        }
    }

    private void settle(long user, boolean published) {
        if (published) {
            quota.take(user);
        } else {
            quota.release(user);
        }
    }

    private boolean isNewerThan(Instant begin, TokenKey key) {
        return !tokens.accessToken(key).issuedAt().isBefore(begin);
    }

    private Answer lost(long user, Platform platform, TokenException e) {
        Answer answer = Answer.failure(user, platform, e);
        return e.remedy() == Remedy.RECONNECT ? answer.with(fallback.tryAt(platform)) : answer;
    }

    /** The client has already replaced the token, if it can be; the platform is asked about it once. */
    private Answer explained(Draft draft, RefusedException refusal) {
        if (refusal.status() >= 500) {
            return Answer.unavailable(draft, refusal.reason());
        }
        if (refusal.status() != 401
                && refusal.status() != 403
                && refusal.verdict().isEmpty()) {
            return Answer.postRefused(draft, refusal.reason());
        }
        TokenKey key = draft.platform().key(draft.user());
        AccessToken unused = tokens.accessToken(key);
        Validation now = tokens.validate(key);
        return switch (now.verdict()) {
            case VALID -> Answer.postRefused(draft, refusal.reason() + "; the token is valid");
            case UNKNOWN -> Answer.unavailable(draft, refusal.reason());
            default -> Answer.reconnect(draft, reconnectUrl.apply(key)).with(fallback.tryAt(draft.platform()));
        };
    }

    /** Returns the quota of a user. */
    Answer quota(long user) throws InvalidRequestException {
        requireKnown(user);
        return Answer.ok(user).with(quota.status(user));
    }

    private AccountStatus connected(long user, Platform platform) throws InvalidRequestException {
        try {
            return tokens.status(platform.key(user));
        } catch (NotConnectedException e) {
            requireKnown(user);
            throw e;
        }
    }

    /** A user is known who has connected at least one account. */
    private void requireKnown(long user) throws InvalidRequestException {
        if (platforms.stream().noneMatch(platform -> isConnected(platform.key(user)))) {
            throw new InvalidRequestException("unknown user " + user + ": no account is connected");
        }
    }

    private boolean isConnected(TokenKey key) {
        try {
            return key.equals(tokens.status(key).key());
        } catch (NotConnectedException e) {
            return false;
        }
    }
}
