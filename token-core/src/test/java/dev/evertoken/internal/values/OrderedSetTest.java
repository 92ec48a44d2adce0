package dev.evertoken.internal.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderedSetTest {

    @Test
    void aCopyKeepsTheOrderAndEachElementOnce() {
        assertThat(OrderedSet.copyOf(List.of("write", "read", "write", "admin")))
                .containsExactly("write", "read", "admin");
        assertThat(OrderedSet.copyOf(List.of("write", "read")).stream()).containsExactly("write", "read");
    }

    @Test
    void aCopyDoesNotFollowChangesOfItsSource() {
        Set<String> source = new LinkedHashSet<>(List.of("read"));
        Set<String> copy = OrderedSet.copyOf(source);
        source.add("write");

        assertThat(copy).containsExactly("read");
    }

    @Test
    void aCopyOfACopyIsTheSameObject() {
        Set<String> copy = OrderedSet.copyOf(List.of("read"));

        assertThat(OrderedSet.copyOf(copy)).isSameAs(copy);
        assertThat(OrderedSet.copyOf(List.of())).isSameAs(OrderedSet.copyOf(new ArrayList<>()));
    }

    @Test
    void itIsEqualToAnySetOfTheSameElements() {
        Set<String> copy = OrderedSet.copyOf(List.of("read", "write"));

        assertThat(copy)
                .isEqualTo(Set.of("write", "read"))
                .hasSameHashCodeAs(Set.of("write", "read"))
                .hasToString("[read, write]");
        assertThat(Set.of("write", "read")).isEqualTo(copy);
        assertThat(copy.contains("write")).isTrue();
        assertThat(copy.contains("admin")).isFalse();
        assertThat(copy.contains(null)).isFalse();
    }

    @Test
    void itCannotBeChanged() {
        Set<String> copy = OrderedSet.copyOf(List.of("read"));

        assertThatThrownBy(() -> copy.add("write")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> copy.remove("read")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(copy::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> copy.iterator().remove()).isInstanceOf(UnsupportedOperationException.class);
        copy.toArray()[0] = "write";
        copy.toArray(new String[0])[0] = "write";
        assertThat(copy).containsExactly("read");
    }

    @Test
    void manyElementsAreCopiedAsWell() {
        List<Integer> many = IntStream.range(0, 10_000).boxed().toList();

        assertThat(OrderedSet.copyOf(many)).containsExactlyElementsOf(many).isEqualTo(Set.copyOf(many));
        assertThat(OrderedSet.copyOf(OrderedSet.copyOf(many))).containsExactlyElementsOf(many);
    }

    @Test
    void anElementThatIsNullIsRefused() {
        assertThatThrownBy(() -> OrderedSet.copyOf(Arrays.asList("read", null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("an element is null");
    }
}
