"""The backward pass as PyTorch takes it: the same formulas forward, and autograd for the way back."""

import torch


def linear_backward(grad_out, x, weight):
    leaves = _leaves(x, weight, grad_out[0] * 0)
    (leaves[0] @ leaves[1] + leaves[2]).backward(torch.tensor(grad_out))
    return tuple(leaf.grad.numpy() for leaf in leaves)


def relu_backward(grad_out, x):
    (leaf,) = _leaves(x)
    torch.relu(leaf).backward(torch.tensor(grad_out))
    return leaf.grad.numpy()


def softmax_cross_entropy_backward(logits, labels):
    (leaf,) = _leaves(logits)
    torch.nn.functional.cross_entropy(leaf, torch.tensor(labels)).backward()
    return leaf.grad.numpy()


def mlp_backward(x, labels, params):
    """`torch.nn.Linear` keeps its weight as (out, in), so weights go in transposed and gradients come out so."""
    first = torch.nn.utils.skip_init(torch.nn.Linear, *params["w1"].shape, dtype=torch.float64)
    second = torch.nn.utils.skip_init(torch.nn.Linear, *params["w2"].shape, dtype=torch.float64)
    with torch.no_grad():
        for layer, weight, bias in ((first, "w1", "b1"), (second, "w2", "b2")):
            layer.weight.copy_(torch.tensor(params[weight]).T)
            layer.bias.copy_(torch.tensor(params[bias]))
    model = torch.nn.Sequential(first, torch.nn.ReLU(), second)
    torch.nn.functional.cross_entropy(model(torch.tensor(x)), torch.tensor(labels)).backward()
    return {
        "w1": first.weight.grad.T.numpy(),
        "b1": first.bias.grad.numpy(),
        "w2": second.weight.grad.T.numpy(),
        "b2": second.bias.grad.numpy(),
    }


def _leaves(*arrays):
    return [torch.tensor(array, requires_grad=True) for array in arrays]
