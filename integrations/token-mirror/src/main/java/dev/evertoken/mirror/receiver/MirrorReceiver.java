package dev.evertoken.mirror.receiver;

import dev.evertoken.Tokens;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.mirror.MessageSignature.SignedContent;
import dev.evertoken.mirror.MirrorVersion;
import dev.evertoken.mirror.PathTemplate;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.outbox.OutboxException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the messages of a mirror: verifies their signatures, refuses those that are older than an accepted one, and
 * connects and disconnects the accounts of a {@link Tokens}.
 *
 * <p>A web framework passes each request to {@link #handle} and sends the reply. Calls run on the caller's thread and
 * may block as long as the store does. Thread-safe.
 */
public final class MirrorReceiver {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.MIRROR);
    private static final int MAX_BODY = 1 << 16;

    private final Tokens tokens;
    private final Timekeeper time;
    private final AccountResolver accounts;
    private final ReceivedVersions versions;
    private final PathTemplate connectPath;
    private final PathTemplate disconnectPath;
    private final boolean accessTokensOnly;
    private final SignatureCheck signatures;
    private final Optional<AccountList> list;
    private final Set<TokenKey> busy = ConcurrentHashMap.newKeySet();

    private MirrorReceiver(Builder builder, AccountResolver accounts, ReceivedVersions versions) {
        this.tokens = builder.tokens;
        this.time = tokens.operations().timekeeper();
        this.accounts = accounts;
        this.versions = versions;
        this.connectPath = builder.connectPath;
        this.disconnectPath = builder.disconnectPath;
        this.accessTokensOnly = builder.accessTokensOnly;
        this.signatures = new SignatureCheck(builder.signing);
        this.list = builder.comparePath.map(path -> new AccountList(path, tokens.operations(), versions));
    }

    /** Returns a builder with the default settings. */
    public static Builder builder(Tokens tokens) {
        return new Builder(tokens);
    }

    /**
     * Handles a request.
     *
     * @return the reply; empty if the request is for none of the receiver's routes
     */
    public Optional<ReceiverReply> handle(ReceivedRequest request) {
        return switch (request.method()) {
            case "POST" -> connectPath.userId(request.path()).map(user -> guarded(() -> connect(request, user)));
            case "DELETE" ->
                disconnectPath.userId(request.path()).map(user -> guarded(() -> disconnect(request, user)));
            case "GET" ->
                list.filter(route -> route.matches(request)).map(route -> guarded(() -> list(route, request)));
            default -> Optional.empty();
        };
    }

    private static ReceiverReply guarded(Supplier<ReceiverReply> work) {
        try {
            return work.get();
        } catch (TokenException e) {
            log.warn("a message of the mirror failed: {}", e.getMessage());
            return e.problem() == Problem.PLACEHOLDER_CREDENTIALS
                    ? ReceiverReply.error(400, "missing or invalid fields: access_token or refresh_token")
                    : ReceiverReply.error(500, "the tokens could not be stored: " + e.problem());
        } catch (OutboxException e) {
            log.warn("a message of the mirror failed: {}", e.getMessage());
            return ReceiverReply.error(500, "the version of the tokens could not be stored");
        } catch (RuntimeException e) {
            log.warn("a message of the mirror failed", e);
            return ReceiverReply.error(500, "the message could not be handled");
        }
    }

    // ---- connect

    private ReceiverReply connect(ReceivedRequest request, String userId) {
        return admitted(request, userId, (account, version) -> {
            ConnectBody body = ConnectBody.parse(request.body(), accessTokensOnly, time.now());
            if (body.tokens().isEmpty()) {
                return ReceiverReply.error(400, "missing or invalid fields: " + String.join(", ", body.invalid()));
            }
            if (isOlder(account, version)) {
                return ReceiverReply.error(409, "a newer state of the account was received before");
            }
            AccountStatus status = tokens.connect(account, body.tokens().get());
            version.ifPresent(accepted -> versions.save(new ReceivedVersion(account, userId, accepted)));
            return connected(userId, status);
        });
    }

    private static ReceiverReply connected(String userId, AccountStatus status) {
        JsonObject.Builder reply = JsonObject.builder()
                .add("success", true)
                .add("message", "the tokens are stored")
                .add("user_id", userId);
        status.expiresAt().ifPresent(end -> reply.add("token_expiry", end.toString()));
        return ReceiverReply.of(reply.build());
    }

    // ---- disconnect

    private ReceiverReply disconnect(ReceivedRequest request, String userId) {
        return admitted(request, userId, (account, version) -> {
            if (isOlder(account, version)) {
                return ReceiverReply.error(409, "a newer consent of the account was received before");
            }
            version.ifPresent(accepted -> versions.save(new ReceivedVersion(account, userId, accepted)));
            return tokens.disconnect(account)
                    ? ReceiverReply.of(JsonObject.builder()
                            .add("success", true)
                            .add("message", "the tokens are removed")
                            .add("user_id", userId)
                            .build())
                    : ReceiverReply.error(404, "no tokens are stored for the user");
        });
    }

    // ---- both

    /** Handles a message of an account that the sender may act for. */
    private interface Step {
        ReceiverReply run(TokenKey account, Optional<MirrorVersion> version);
    }

    private ReceiverReply admitted(ReceivedRequest request, String userId, Step step) {
        if (request.body().length > MAX_BODY) {
            return ReceiverReply.error(400, "the body is longer than " + MAX_BODY + " bytes");
        }
        Optional<MirrorVersion> version = version(request);
        if (version.isEmpty() && (signatures.isOn() || hasVersion(request))) {
            return ReceiverReply.error(400, "missing or invalid headers of the version");
        }
        SignedContent content = new SignedContent(request.method(), userId, version, request.body());
        Optional<ReceiverReply> objection = signatures.objection(request, content, time.now());
        if (objection.isPresent()) {
            return objection.get();
        }
        Optional<TokenKey> account = accounts.account(request, userId);
        return account.isEmpty()
                ? ReceiverReply.error(403, "the sender may not act for this user")
                : alone(account.get(), version, step);
    }

    /** Handles a message unless another one of the account is being handled, which the sender would overtake. */
    private ReceiverReply alone(TokenKey account, Optional<MirrorVersion> version, Step step) {
        if (!busy.add(account)) {
            return ReceiverReply.error(500, "another message of the user is being handled; send this one again");
        }
        try {
            return step.run(account, version);
        } finally {
            busy.remove(account);
        }
    }

    private static boolean hasVersion(ReceivedRequest request) {
        return request.header(MirrorVersion.GRANT_HEADER).isPresent()
                || request.header(MirrorVersion.CONSENTED_AT_HEADER).isPresent();
    }

    private static Optional<MirrorVersion> version(ReceivedRequest request) {
        Optional<String> generation = request.method().equals("DELETE")
                ? Optional.empty()
                : request.header(MirrorVersion.GENERATION_HEADER).or(() -> Optional.of(""));
        return request.header(MirrorVersion.GRANT_HEADER)
                .flatMap(grant -> request.header(MirrorVersion.CONSENTED_AT_HEADER)
                        .flatMap(consent -> MirrorVersion.parse(grant, consent, generation)));
    }

    private boolean isOlder(TokenKey account, Optional<MirrorVersion> version) {
        return version.isPresent()
                && versions.last(account)
                        .filter(last -> version.get().isOlderThan(last.version()))
                        .isPresent();
    }

    // ---- compare

    private ReceiverReply list(AccountList route, ReceivedRequest request) {
        SignedContent content = new SignedContent("GET", AccountList.after(request), Optional.empty(), request.body());
        return signatures.objection(request, content, time.now()).orElseGet(() -> route.page(request));
    }

    /** Builds a {@link MirrorReceiver}. Not thread-safe; build on one thread, then share the result. */
    public static final class Builder {
        private final Tokens tokens;
        private @Nullable AccountResolver accounts;
        private @Nullable ReceivedVersions versions;
        private PathTemplate connectPath = PathTemplate.of("/api/users/{user_id}/google-calendar/connect");
        private PathTemplate disconnectPath = PathTemplate.of("/api/google-tokens/{user_id}");
        private Optional<PathTemplate> comparePath = Optional.empty();
        private boolean accessTokensOnly;
        private KeyRing signing = KeyRing.none();

        private Builder(Tokens tokens) {
            this.tokens = tokens;
        }

        /** Sets who checks that a sender may act for a user. Required. */
        public Builder accounts(AccountResolver resolver) {
            this.accounts = resolver;
            return this;
        }

        /** Sets where the accepted versions are remembered. Required. The application closes it. */
        public Builder versions(ReceivedVersions accepted) {
            this.versions = accepted;
            return this;
        }

        /** Sets the path that stores tokens; the default is {@code /api/users/{user_id}/google-calendar/connect}. */
        public Builder connectPath(String template) {
            this.connectPath = PathTemplate.of(template);
            return this;
        }

        /** Sets the path that removes tokens; the default is {@code /api/google-tokens/{user_id}}. */
        public Builder disconnectPath(String template) {
            this.disconnectPath = PathTemplate.of(template);
            return this;
        }

        /**
         * Offers the route that lists the accounts. It lists the ids of all users, so protect it unless messages are
         * signed.
         */
        public Builder comparePath(String path) {
            this.comparePath = Optional.of(PathTemplate.of(path));
            return this;
        }

        /** Accepts messages without a refresh token and without an expiry, as {@code Mirror.accessTokensOnly} sends. */
        public Builder accessTokensOnly() {
            this.accessTokensOnly = true;
            return this;
        }

        /** Accepts only messages that are signed with a key of a ring. */
        public Builder signing(KeyRing keys) {
            this.signing = keys;
            return this;
        }

        /** @throws IllegalStateException if the resolver or the versions are not set */
        public MirrorReceiver build() {
            if (accounts == null || versions == null) {
                throw new IllegalStateException("a receiver of a mirror needs accounts(…) and versions(…)");
            }
            return new MirrorReceiver(this, accounts, versions);
        }
    }
}
