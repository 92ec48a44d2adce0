package dev.evertoken.architecture.offenders.leaks;

import com.squareup.moshi.Moshi;
import java.util.List;
import java.util.Optional;

/** Shows what its callers cannot name. Not thread-safe. */
public class LeaksTypes {
    public HiddenType field = new HiddenType();

    private HiddenType inside = new HiddenType();

    public HiddenType result() {
        return inside;
    }

    protected void parameter(HiddenType[] hidden) {
        inside = hidden[0];
    }

    public Optional<List<HiddenType>> typeArgument() {
        return Optional.empty();
    }

    public Optional<Moshi> library() {
        return Optional.empty();
    }

    HiddenType nobodySeesThis() {
        return field;
    }

    static final class HiddenType {}
}
