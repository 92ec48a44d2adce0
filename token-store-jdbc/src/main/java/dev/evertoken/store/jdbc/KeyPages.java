package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Keys a page at a time, each page with a connection that is given back before the first of its keys is handed out:
 * a slow reader holds neither a connection nor a transaction. Not thread-safe, as any stream.
 *
 * @param <C> where a page ends, and the next one begins
 */
final class KeyPages<C> extends Spliterators.AbstractSpliterator<TokenKey> {

    /** How many keys are asked for at once. */
    static final int LENGTH = 500;

    private final Read<C> read;
    private final Deque<TokenKey> ahead = new ArrayDeque<>();
    private Optional<C> from = Optional.empty();
    private boolean atTheEnd;

    private KeyPages(Read<C> read) {
        super(Long.MAX_VALUE, NONNULL);
        this.read = read;
    }

    /** Reads one page. */
    interface Read<C> {
        Page<C> after(Optional<C> end);
    }

    /**
     * Some keys.
     *
     * @param end where the next page begins, empty if there is none
     */
    record Page<C>(List<TokenKey> keys, Optional<C> end) {}

    static <C> Stream<TokenKey> stream(Read<C> read) {
        return StreamSupport.stream(new KeyPages<>(read), false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super TokenKey> action) {
        while (ahead.isEmpty() && !atTheEnd) {
            Page<C> page = read.after(from);
            ahead.addAll(page.keys());
            from = page.end();
            atTheEnd = from.isEmpty();
        }
        TokenKey key = ahead.poll();
        if (key == null) {
            return false;
        }
        action.accept(key);
        return true;
    }
}
