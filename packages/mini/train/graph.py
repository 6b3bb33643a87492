"""The ONNX graph: token ids to weighted word vectors. Mean pooling over the mask and normalising happen outside."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from pack import CENTROIDS, PART_DIM, Packed

# What onnxruntime-web 1.14 (the one inside @xenova/transformers 2) can load.
OPSET = 14
IR_VERSION = 8


def build_graph(packed: Packed, name: str, common: float) -> bytes:
    """Inputs input_ids, attention_mask: int64 [B, T]. Output last_hidden_state: f32 [B, T, 384].

    `common` > 0 weighs each word by exp(-common * cosine to the sum of the text): what is common to the whole text
    counts less. 0 leaves that part of the graph out.
    """
    parts = packed.codes.shape[1]
    dim = parts * PART_DIM
    constants = {
        'codes': packed.codes,
        'codebook': packed.codebook,
        'levels': packed.levels,
        'part_offsets': (CENTROIDS * np.arange(parts)).astype(np.int32),
        'level_step': np.float32(packed.level_step),
        'level_low': np.float32(packed.level_low),
        'shape': np.array([0, 0, dim], np.int64),
        'last': np.array([-1], np.int64),
    }
    node = helper.make_node
    nodes = [
        node('Gather', ['codes', 'input_ids'], ['row_codes'], axis=0),
        node('Cast', ['row_codes'], ['row_codes_i32'], to=TensorProto.INT32),
        node('Add', ['row_codes_i32', 'part_offsets'], ['places']),
        node('Gather', ['codebook', 'places'], ['parts_i8'], axis=0),
        node('Reshape', ['parts_i8', 'shape'], ['direction_i8']),
        node('Cast', ['direction_i8'], ['direction'], to=TensorProto.FLOAT),
        node('Gather', ['levels', 'input_ids'], ['level_u8'], axis=0),
        node('Cast', ['level_u8'], ['level'], to=TensorProto.FLOAT),
        node('Mul', ['level', 'level_step'], ['level_log']),
        node('Add', ['level_log', 'level_low'], ['weight_log']),
        node('Exp', ['weight_log'], ['weight']),
        node('Cast', ['attention_mask'], ['mask'], to=TensorProto.FLOAT),
        node('Mul', ['weight', 'mask'], ['masked_weight']),
        node('Unsqueeze', ['masked_weight', 'last'], ['factor']),
        node('Mul', ['direction', 'factor'], ['rows' if common else 'last_hidden_state']),
    ]
    if common:
        constants |= {
            'tokens': np.array([1], np.int64),
            'tiny': np.float32(1e-20),
            'minus_common': np.float32(-common),
        }
        nodes += [
            node('ReduceSum', ['rows', 'tokens'], ['sum'], keepdims=1),
            node('Mul', ['rows', 'sum'], ['products']),
            node('ReduceSum', ['products', 'last'], ['dot'], keepdims=1),
            node('ReduceL2', ['rows'], ['row_norm'], axes=[-1], keepdims=1),
            node('ReduceL2', ['sum'], ['sum_norm'], axes=[-1], keepdims=1),
            node('Mul', ['row_norm', 'sum_norm'], ['norms']),
            # A masked row has length 0: its cosine becomes 0 / tiny, not 0 / 0.
            node('Max', ['norms', 'tiny'], ['norms_above_zero']),
            node('Div', ['dot', 'norms_above_zero'], ['cosine']),
            node('Mul', ['cosine', 'minus_common'], ['exponent']),
            node('Exp', ['exponent'], ['share']),
            node('Mul', ['rows', 'share'], ['last_hidden_state']),
        ]
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        name,
        [tensor(key, TensorProto.INT64, ['batch', 'tokens']) for key in ('input_ids', 'attention_mask')],
        [tensor('last_hidden_state', TensorProto.FLOAT, ['batch', 'tokens', dim])],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid('', OPSET)], ir_version=IR_VERSION, producer_name='voisin')
    checker.check_model(model, full_check=True)
    return model.SerializeToString()
