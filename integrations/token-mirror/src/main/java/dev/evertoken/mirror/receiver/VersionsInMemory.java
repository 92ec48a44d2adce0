package dev.evertoken.mirror.receiver;

import dev.evertoken.mirror.MirrorVersion;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/** The versions of all accounts in memory. Thread-safe. */
final class VersionsInMemory implements ReceivedVersions {

    private static final Comparator<ReceivedVersion> ORDER = Comparator.comparing(ReceivedVersion::userId)
            .thenComparing(version -> version.account().registration())
            .thenComparing(version -> version.account().account());

    private static final TokenKey FIRST = TokenKey.of("!", "!");
    private static final MirrorVersion NEVER = new MirrorVersion(MirrorVersion.UNKNOWN_GRANT, Instant.EPOCH, 1);

    private final Map<TokenKey, ReceivedVersion> byAccount = new ConcurrentHashMap<>();
    private final NavigableSet<ReceivedVersion> ordered = new ConcurrentSkipListSet<>(ORDER);

    @Override
    public Optional<ReceivedVersion> last(TokenKey account) {
        return Optional.ofNullable(byAccount.get(account));
    }

    @Override
    public void save(ReceivedVersion version) {
        byAccount.compute(version.account(), (account, before) -> {
            if (before != null) {
                ordered.remove(before);
            }
            ordered.add(version);
            return version;
        });
    }

    @Override
    public List<ReceivedVersion> page(String afterUserId, int limit) {
        List<ReceivedVersion> page = new ArrayList<>();
        for (ReceivedVersion next : ordered.tailSet(firstAfter(afterUserId), true)) {
            if (page.size() >= limit
                    && !next.userId().equals(page.get(page.size() - 1).userId())) {
                break;
            }
            page.add(next);
        }
        return page;
    }

    /** Returns a version that is before those of each later user id, and after those of this one. */
    private static ReceivedVersion firstAfter(String userId) {
        return new ReceivedVersion(FIRST, userId.isEmpty() ? "" : userId + '\0', NEVER);
    }

    Collection<ReceivedVersion> all() {
        return byAccount.values();
    }

    @Override
    public void close() {}
}
