package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {

  @Test
  void aDeviceHasAName() {
    assertThat(Device.named("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
    assertThat(Device.named("cuda")).isEqualTo(Device.cuda(0)).hasToString("cuda:0");
    assertThat(Device.named("cuda:12")).isEqualTo(Device.cuda(12)).hasToString("cuda:12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cpu:1", "cuda:", "cuda:-1", "cuda:1000", "auto"})
  void anyOtherNameIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.named(name))
        .withMessage("a device is cpu, cuda or cuda:N, not " + name);
  }

  @Test
  void aDeviceHasALaneForEachTimeItIsNamed() {
    Device gpu = Device.cuda(0);
    Devices devices = new Devices(List.of(gpu, Device.cuda(1), gpu), Optional.empty());
    assertThat(devices.lanes()).hasSize(3);
    assertThat(devices.kind()).isEqualTo(Device.Kind.CUDA);
    assertThat(devices).hasToString("cuda:0, cuda:1, cuda:0");
  }

  @Test
  void allAreOfOneKind() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.select(List.of("cpu", "cuda")))
        .withMessage("devices are at least one, all of one kind, not [cpu, cuda:0]");
    assertThatIllegalArgumentException().isThrownBy(() -> Devices.select(List.of()));
  }

  @Test
  void theCpuIsThereForTheAsking() throws InferenceException {
    Devices asked = Devices.select(List.of("cpu"));
    assertThat(asked).isEqualTo(Devices.CPU).hasToString("cpu");
    assertThat(asked.missCuda()).isFalse();
  }

  @Test
  void withoutCudaAutoTakesTheCpuAndSaysWhy() throws InferenceException {
    assumeThat(CudaCheck.isInThisBuild()).isFalse();
    Devices found = Devices.select(List.of("auto"));
    assertThat(found.lanes()).containsExactly(Device.CPU);
    assertThat(found)
        .hasToString("cpu (no CUDA: this build is for CPUs, mvn -Pgpu package makes one for both)");
    assertThat(found.missCuda()).as("nobody asked this build for CUDA").isFalse();
  }

  @Test
  void withoutCudaAskingForItIsAnError() {
    assumeThat(CudaCheck.isInThisBuild()).isFalse();
    assertThatExceptionOfType(InferenceException.class)
        .isThrownBy(() -> Devices.select(List.of("cuda:0", "cuda:1")))
        .withMessage(
            "cuda:0 cannot be used: this build is for CPUs, mvn -Pgpu package makes one for both. Or"
                + " set patchstream.device=cpu.");
  }
}
