package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The keys of a tier as a lazy stream; each page is fetched within the tier's deadline. Not thread-safe; use on one
 * thread.
 */
final class PagedKeys extends Spliterators.AbstractSpliterator<TokenKey> {

    private static final int PAGE = 256;

    private final Tier tier;
    private final Iterator<TokenKey> source;
    private Iterator<TokenKey> page = List.<TokenKey>of().iterator();

    private PagedKeys(Tier tier, Iterator<TokenKey> source) {
        super(Long.MAX_VALUE, Spliterator.NONNULL);
        this.tier = tier;
        this.source = source;
    }

    /** Returns the keys; the caller closes the stream. */
    static Stream<TokenKey> of(Tier tier) {
        Stream<TokenKey> keys = tier.call("list", store -> store.keys());
        return StreamSupport.stream(new PagedKeys(tier, keys.iterator()), false).onClose(keys::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super TokenKey> action) {
        if (!page.hasNext()) {
            page = tier.call("list", store -> next(source)).iterator();
        }
        if (!page.hasNext()) {
            return false;
        }
        action.accept(Objects.requireNonNull(page.next()));
        return true;
    }

    private static List<TokenKey> next(Iterator<TokenKey> source) {
        List<TokenKey> keys = new ArrayList<>();
        while (keys.size() < PAGE && source.hasNext()) {
            keys.add(source.next());
        }
        return keys;
    }
}
