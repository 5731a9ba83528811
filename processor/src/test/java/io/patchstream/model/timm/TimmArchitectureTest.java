package io.patchstream.model.timm;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.model.VisionTransformer.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table against what timm builds under these names. */
class TimmArchitectureTest {

  @ParameterizedTest
  @CsvSource({
    "vit_tiny_patch16_224, 192, 3, GELU, 1e-6",
    "vit_small_patch32_384, 384, 6, GELU, 1e-6",
    "vit_small_patch16_36x1_224, 384, 6, GELU, 1e-6",
    "vit_base_patch8_224, 768, 12, GELU, 1e-6",
    "vit_base_patch16_224_miil, 768, 12, GELU, 1e-6",
    "vit_base_patch16_224_in21k, 768, 12, GELU, 1e-6",
    "vit_base_patch16_gap_224, 768, 16, GELU, 1e-6",
    "vit_base_patch16_reg4_gap_256, 768, 12, GELU, 1e-6",
    "vit_base_patch16_plus_240, 896, 14, GELU, 1e-6",
    "vit_base_patch16_plus_clip_240, 896, 14, GELU, 1e-5",
    "vit_base_patch16_clip_quickgelu_224, 768, 12, QUICK_GELU, 1e-5",
    "vit_large_patch14_clip_336, 1024, 16, GELU, 1e-5",
    "vit_huge_patch14_224_clip_laion2b, 1280, 16, GELU, 1e-5",
    "vit_giant_patch14_224, 1408, 16, GELU, 1e-6",
    "vit_giant_patch14_dinov2, 1536, 24, GELU, 1e-6",
    "vit_giant_patch14_reg4_dinov2, 1536, 24, GELU, 1e-6",
    "vit_gigantic_patch14_clip_224, 1664, 16, GELU, 1e-5",
    "vit_base_patch16_siglip_224, 768, 12, GELU, 1e-6",
    "vit_base_patch32_siglip_256, 768, 12, GELU_TANH, 1e-6",
    "vit_large_patch16_siglip_384, 1024, 16, GELU, 1e-6",
    "vit_large_patch16_siglip_gap_512, 1024, 16, GELU_TANH, 1e-6",
    "vit_so400m_patch14_siglip_384, 1152, 16, GELU, 1e-6",
    "vit_so400m_patch16_siglip_gap_512, 1152, 16, GELU_TANH, 1e-6",
    "vit_giantopt_patch16_siglip_256, 1536, 16, GELU_TANH, 1e-6",
    "vit_so150m_patch16_reg4_map_256, 896, 14, GELU, 1e-6",
    "vit_so150m2_patch16_reg1_gap_448, 832, 13, GELU, 1e-6",
    "vit_wee_patch16_reg1_gap_256, 256, 4, GELU, 1e-6",
    "vit_intern300m_patch14_448, 1024, 16, GELU, 1e-6",
    "deit_tiny_distilled_patch16_224, 192, 3, GELU, 1e-6",
    "deit3_medium_patch16_224, 512, 8, GELU, 1e-6",
    "flexivit_small, 384, 6, GELU, 1e-6",
    "eva_large_patch14_336, 1024, 16, GELU, 1e-6",
    "test_vit, 64, 2, GELU, 1e-6",
  })
  void names(String name, int width, int heads, Activation activation, float epsilon) {
    int registers = name.matches(".*_reg\\d_.*") ? name.charAt(name.indexOf("_reg") + 4) - '0' : 0;
    assertThat(TimmArchitecture.named(name))
        .contains(new TimmArchitecture(width, heads, registers, activation, epsilon));
  }

  @ParameterizedTest
  @CsvSource({
    "vit_base_patch16_rpn_224, normalise after",
    "vit_small_patch16_18x2_224, side by side",
    "vit_large_patch14_xp_224, side by side",
    "vit_dwee_patch16_reg1_gap_256, differential",
    "vit_pwee_patch16_reg1_gap_256, side by side",
    "vit_base_patch16_rope_224, rotary",
    "vit_base_patch16_rope_reg1_gap_256, rotary",
    "vit_small_patch16_dinov3, rotary",
    "vit_small_plus_patch16_dinov3, rotary",
    "vit_pe_core_base_patch16_224, rotary",
    "eva02_base_patch14_224, rotary",
    "vit_relpos_base_patch16_224, relative",
    "beit_base_patch16_224, relative",
    "beit3_base_patch16_224, norms within",
    "samvit_base_patch16, relative",
    "aimv2_large_patch14_224, RMSNorm",
    "test_vit3, registers too",
    "test_vit4, RMSNorm",
    "vit_small_r26_s32_224, convolutional",
    "vit_base_resnet50d_224, convolutional",
    "swin_tiny_patch4_window7_224, windows",
    "resnet50, not among the plain",
  })
  void others(String name, String reason) {
    assertThat(TimmArchitecture.named(name)).isEmpty();
    assertThat(TimmArchitecture.reason(name)).contains(reason);
  }

  @Test
  void aNameThatOnlyEndsLikeOneIsNone() {
    assertThat(TimmArchitecture.named("my_vit_tiny_patch16_224")).isEmpty();
    assertThat(TimmArchitecture.named("vit_unheardof_patch16_224")).isEmpty();
  }
}
