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
 * A stream of keys that reads one page at a time and returns the connection before the first key of the page is
 * consumed, so a slow consumer holds neither a connection nor a transaction. Not thread-safe; use on one thread.
 *
 * @param <C> the cursor between two pages
 */
final class KeyPages<C> extends Spliterators.AbstractSpliterator<TokenKey> {

    /** The number of keys in a page. */
    static final int LENGTH = 500;

    private final Read<C> read;
    private final Deque<TokenKey> buffer = new ArrayDeque<>();
    private Optional<C> from = Optional.empty();
    private boolean endReached;

    private KeyPages(Read<C> read) {
        super(Long.MAX_VALUE, NONNULL);
        this.read = read;
    }

    /** Reads one page. */
    interface Read<C> {
        Page<C> after(Optional<C> end);
    }

    /**
     * A page of keys.
     *
     * @param end the cursor of the next page, empty if there is none
     */
    record Page<C>(List<TokenKey> keys, Optional<C> end) {}

    static <C> Stream<TokenKey> stream(Read<C> read) {
        return StreamSupport.stream(new KeyPages<>(read), false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super TokenKey> action) {
        while (buffer.isEmpty() && !endReached) {
            Page<C> page = read.after(from);
            buffer.addAll(page.keys());
            from = page.end();
            endReached = from.isEmpty();
        }
        TokenKey key = buffer.poll();
        if (key == null) {
            return false;
        }
        action.accept(key);
        return true;
    }
}
