package dev.evertoken.mirror;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.HttpReply;
import dev.evertoken.outbox.HttpSender;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the accounts of the store with those that the receiver lists, and has those sent again that differ. The
 * user ids and versions of the receiver are in memory meanwhile. Thread-safe.
 */
final class MirrorComparison {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.MIRROR);
    private static final long FEW = 10;
    private static final int MAX_PAGES = 1_000_000;

    private final TokenOperations operations;
    private final MirrorSettings settings;
    private final MirrorRequests requests;
    private final HttpSender http;
    private final MirrorFeed feed;

    MirrorComparison(TokenOperations operations, MirrorSettings settings, HttpSender http, MirrorFeed feed) {
        this.operations = operations;
        this.settings = settings;
        this.requests = new MirrorRequests(settings);
        this.http = http;
        this.feed = feed;
    }

    /** One account as the receiver lists it. */
    private record Listed(TokenKey account, MirrorVersion version) {}

    /** The numbers of one comparison. */
    private static final class Counts {
        private long accounts;
        private long missing;
        private long unreadable;
    }

    /** @throws IllegalStateException if there is no path, or if the receiver does not respond as documented */
    ComparisonReport run() {
        PathTemplate path = settings.comparePath()
                .orElseThrow(() -> new IllegalStateException("the mirror has no path to compare"));
        Map<TokenKey, MirrorVersion> listed = list(path);
        Counts counts = new Counts();
        compareAll(listed, counts);
        if (isPlausible(listed.size(), counts.accounts)) {
            listed.forEach(this::surplus);
        } else {
            log.error(
                    "{} accounts of the receiver are not in the store, which has {}: nothing is removed;"
                            + " check whether this is the store that is mirrored",
                    listed.size(),
                    counts.accounts);
        }
        return new ComparisonReport(counts.accounts, counts.missing, listed.size(), counts.unreadable);
    }

    /** Adds a message for each readable account in the store, and returns their number. */
    long sendAll() {
        Map<TokenKey, MirrorVersion> nothing = new HashMap<>();
        Counts counts = new Counts();
        compareAll(nothing, counts);
        return counts.missing;
    }

    private void compareAll(Map<TokenKey, MirrorVersion> listed, Counts counts) {
        try (Stream<TokenKey> keys = operations.keys()) {
            for (Iterator<TokenKey> all = keys.iterator(); all.hasNext(); ) {
                compare(all.next(), listed, counts);
            }
        }
    }

    private void compare(TokenKey account, Map<TokenKey, MirrorVersion> listed, Counts counts) {
        if (!settings.covers(account.registration())) {
            return;
        }
        Optional<MirrorVersion> theirs = Optional.ofNullable(listed.remove(account));
        counts.accounts++;
        try {
            Optional<MirrorVersion> ours = operations.record(account).map(MirrorComparison::version);
            if (ours.isPresent()
                    && theirs.filter(same -> isSame(same, ours.get())).isEmpty()
                    && isReadable(account)) {
                counts.missing++;
                feed.changed(account, ours.get());
            }
        } catch (UnreadableRecordException | TokenException e) { // damaged, or a record of another application
            counts.unreadable++;
        }
    }

    private boolean isReadable(TokenKey account) {
        return operations.open(account).isPresent();
    }

    /** Returns whether so many accounts may have been disconnected unnoticed, and the store is not a wrong one. */
    private static boolean isPlausible(long surplus, long stored) {
        return surplus <= FEW || surplus <= stored;
    }

    private static MirrorVersion version(RecordView record) {
        return MirrorVersion.of(record.grant(), record.generation());
    }

    private boolean isSame(MirrorVersion theirs, MirrorVersion ours) {
        boolean sameGrant =
                theirs.grantId().equals(ours.grantId()) && theirs.consentedAt().equals(ours.consentedAt());
        return sameGrant && (!settings.refreshes() || theirs.generation() == ours.generation());
    }

    /** Has an account removed that only the receiver has, unless it was connected here meanwhile. */
    private void surplus(TokenKey account, MirrorVersion version) {
        feed.changed(account, version.ended());
    }

    // ---- the receiver

    private Map<TokenKey, MirrorVersion> list(PathTemplate path) {
        Map<TokenKey, MirrorVersion> all = new HashMap<>();
        Optional<String> after = Optional.empty();
        for (int page = 0; page < MAX_PAGES; page++) {
            JsonDocument json = page(path, after);
            List<Listed> listed = accounts(json);
            listed.forEach(one -> all.put(one.account(), one.version()));
            Optional<String> next = json.text("next");
            if (next.isEmpty()) {
                return all;
            }
            if (next.equals(after)) {
                throw new IllegalStateException("the receiver lists the same page again");
            }
            after = next;
        }
        throw new IllegalStateException("the receiver does not end its list");
    }

    private JsonDocument page(PathTemplate path, Optional<String> after) {
        URI address = path.resolve(settings.base(), TokenKey.of("all", "all"), "all")
                .map(base -> after.map(
                                last -> URI.create(base + "?after=" + URLEncoder.encode(last, StandardCharsets.UTF_8)))
                        .orElse(base))
                .orElseThrow();
        try {
            Instant now = operations.now();
            HttpReply reply = http.send(requests.get(address, after.orElse(""), now));
            if (!MirrorRequests.isAccepted(reply)) {
                throw new IllegalStateException("the receiver responded " + reply.status() + " to a comparison");
            }
            return JsonDocument.parse(reply.text()).orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException("the comparison failed: " + MirrorDestination.reason(e, http.timeout()));
        }
    }

    private List<Listed> accounts(JsonDocument page) {
        JsonValue accounts = page.get("accounts")
                .orElseThrow(() -> new IllegalStateException("the receiver did not list its accounts"));
        return accounts instanceof JsonArray array
                ? array.values().stream()
                        .flatMap(value -> value instanceof JsonObject one ? listed(one).stream() : Stream.empty())
                        .toList()
                : List.of();
    }

    private Optional<Listed> listed(JsonObject one) {
        Optional<String> registration = text(one, "registration").or(settings::onlyRegistration);
        return registration.flatMap(client -> text(one, "user_id")
                .flatMap(user -> text(one, "grant")
                        .flatMap(grant -> text(one, "consented_at")
                                .flatMap(consent -> MirrorVersion.parse(grant, consent, text(one, "generation"))
                                        .map(version -> new Listed(TokenKey.of(client, user), version))))));
    }

    private static Optional<String> text(JsonObject object, String name) {
        return object.get(name).flatMap(JsonValue::text);
    }
}
